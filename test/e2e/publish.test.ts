import { problem, fault } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
});

const hello = {
  kind: 'text',
  text: 'Hello {{name}}',
  variables: [{ name: 'name', type: 'string' }],
};
const publish = (name: string, body: object) =>
  work.prompt('post', name, '/versions').send({ content: hello, ...body });
const versionsPath = (name: string) =>
  `/v1/projects/${work.project}/prompts/${encodeURIComponent(name)}/versions`;

describe('the first version', () => {
  it('makes the prompt, and is answered with the very bytes that every later read gives', async () => {
    const published = await publish('support/greeting', {
      version: '1.0.0',
      changelog: 'first',
      description: 'Says hello',
      tags: ['greeting'],
      labels: ['staging'],
      provenance: { source: 'notes.md' },
    }).expect(201);

    expect(published.body).toEqual({
      project: work.project,
      name: 'support/greeting',
      version: '1.0.0',
      ordinal: 1,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      content: hello,
      provenance: { source: 'notes.md' },
      lock: [],
      changelog: 'first',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      createdBy: { kind: 'user', id: expect.any(String), name: 'admin' },
      signature: {
        keyId: expect.any(String),
        alg: 'ed25519',
        value: expect.stringMatching(/^[A-Za-z0-9+/]{86}==$/),
      },
    });
    expect(published.headers.location).toBe(`${versionsPath('support/greeting')}/1.0.0`);
    expect(published.headers.etag).toBe(`"${published.body.digest}-1"`);

    const read = await app.asAdmin('get', String(published.headers.location)).expect(200);
    expect(read.text).toBe(published.text);
    expect(read.headers.etag).toBe(published.headers.etag);
    const prompt = await work.prompt('get', 'support/greeting').expect(200);
    expect(prompt.body).toMatchObject({
      description: 'Says hello',
      tags: ['greeting'],
      latest: '1.0.0',
      labels: { staging: '1.0.0' },
      versionCount: 1,
    });
  });

  it('tells its four events in one revision', async () => {
    await publish('greeting', { version: '1.0.0', labels: ['b', 'a'] }).expect(201);

    const events = await work.promptEvents();
    expect(events.map(({ type }) => type)).toEqual([
      'prompt.created',
      'prompt.version.published',
      'prompt.label.moved',
      'prompt.label.moved',
    ]);
    expect(new Set(events.map(({ revision }) => revision)).size).toBe(1);
    expect(JSON.stringify(events)).not.toContain('Hello');
  });

  it('is the only one that takes a description and tags', async () => {
    await publish('greeting', { version: '1.0.0' }).expect(201);

    const content = { ...hello, text: 'Hi {{name}}' };
    await publish('greeting', { version: '1.0.1', content, description: 'x', tags: [] }).expect(
      problem(400, 'validation-failed', {
        errors: [fault('/description', 'first-version-only'), fault('/tags', 'first-version-only')],
      }),
    );
  });

  it('goes to a prompt that was made without one', async () => {
    await work.create('greeting', { description: 'made before' });

    const { body } = await publish('greeting', { bump: 'auto' }).expect(201);
    expect(body).toMatchObject({ version: '1.0.0', ordinal: 1 });
  });
});

describe('content', () => {
  const chat = {
    kind: 'chat',
    messages: [{ role: 'system', content: 'Be brief.' }, { placeholder: 'history' }],
    variables: [{ name: 'history', type: 'messages' }],
  };
  const structured = {
    kind: 'structured',
    sections: { task: 'Sum up {{text}}', constraints: ['One sentence.'] },
    variables: [{ name: 'text', type: 'string', maxLength: 100 }],
    outputSchema: { type: 'object', required: ['summary'] },
    tools: [{ name: 'search', description: 'Finds.', parameters: { type: 'object' } }],
    model: { provider: 'any', name: 'small', parameters: { temperature: 0.2 } },
  };

  it.each([hello, chat, structured])('of kind $kind is kept as it was sent', async (content) => {
    const { body } = await publish('kinds', { bump: 'auto', content }).expect(201);

    expect(body.content).toEqual(content);
  });

  it('of an unknown kind is refused, naming the three', async () => {
    const answer = await publish('kinds', { bump: 'auto', content: { kind: 'poem' } });

    problem(400, 'validation-failed', { errors: [fault('/content/kind', 'unknown-kind')] })(answer);
    expect(answer.body.errors[0].detail).toMatch(/text.*chat.*structured/);
  });

  it('is no list, no text and not left out', async () => {
    for (const content of [[], 'Hello', null, undefined]) {
      await publish('kinds', { bump: 'auto', content }).expect(
        problem(400, 'validation-failed', { errors: [fault('/content', 'wrong-type')] }),
      );
    }
  });

  it('has at most 256 KiB as canonical JSON', async () => {
    const ofBytes = (bytes: number) => {
      const frame = JSON.stringify({ kind: 'text', text: '' }).length;
      return { kind: 'text', text: 'x'.repeat(bytes - frame) };
    };
    await publish('large', { bump: 'auto', content: ofBytes(256 * 1024) }).expect(201);
    await publish('larger', { bump: 'auto', content: ofBytes(256 * 1024 + 1) }).expect(
      problem(413, 'content-too-large'),
    );
  });

  it('warns of a variable that is declared and never used, and is published all the same', async () => {
    const content = { kind: 'text', text: 'Hello', variables: hello.variables };
    const published = await publish('unused', { bump: 'auto', content }).expect(201);

    expect(published.body.warnings).toEqual([fault('/content/variables/0', 'unused-variable')]);
    const read = await app.asAdmin('get', `${versionsPath('unused')}/1.0.0`).expect(200);
    expect(read.body).not.toHaveProperty('warnings');
  });

  it.each([
    ['invalid-template', '{{#name}} without an end'],
    ['undeclared-variable', 'Hello {{nobody}}'],
    ['includes-not-supported', 'Hello {{> common/safety@^2}}'],
  ])('is refused with %s, and says in which line', async (code, text) => {
    const answer = await publish('refused', { bump: 'auto', content: { ...hello, text } });

    problem(422, code)(answer);
    expect(answer.body.errors[0].pointer).toBe('/content/text');
    expect(answer.body.errors[0].detail).toContain('Line 1');
  });
});

describe('the fields beside the content', () => {
  it('that are null say no more than those that are left out', async () => {
    const absent = {
      bump: null,
      prerelease: null,
      baseVersion: null,
      changelog: null,
      labels: null,
      description: null,
      tags: null,
      provenance: null,
      policy: null,
      allowDuplicate: null,
    };
    await publish('nulls', { ...absent, version: '1.0.0' }).expect(201);
    await publish('nulls', { ...absent, version: '1.0.0' }).expect(200);
  });

  it.each([
    ['neither', {}],
    ['both', { version: '1.0.0', bump: 'auto' }],
    ['nothing but nulls', { version: null, bump: null }],
  ])('name a version or a bump, and not %s', async (_, numbering) => {
    await publish('numbered', numbering).expect(
      problem(400, 'validation-failed', { errors: [fault('/version', 'version-or-bump')] }),
    );
  });

  it.each([
    ['/prerelease', 'needs-bump', { version: '1.0.0', prerelease: 'rc' }],
    ['/prerelease', 'invalid-prerelease', { bump: 'auto', prerelease: 'rc.1' }],
    ['/prerelease', 'invalid-prerelease', { bump: 'auto', prerelease: '7' }],
    ['/prerelease', 'invalid-prerelease', { bump: 'auto', prerelease: '' }],
    ['/bump', 'is-in', { bump: 'huge' }],
    ['/policy', 'is-in', { bump: 'auto', policy: 'loose' }],
    ['/labels/1', 'invalid-label', { bump: 'auto', labels: ['ok', 'latest'] }],
    ['/tags/0', 'invalid-tag', { bump: 'auto', tags: [' x'] }],
    ['/baseVersion', 'invalid-version', { bump: 'auto', baseVersion: 'v1' }],
    ['/changelog', 'max-length', { bump: 'auto', changelog: 'x'.repeat(4001) }],
    ['/changelog', 'max-length', { bump: 'auto', changelog: 'x\uFE0F'.repeat(4000) }],
    ['/provenance', 'wrong-type', { bump: 'auto', provenance: ['a list'] }],
    ['/provenance', 'too-large', { bump: 'auto', provenance: { text: 'x'.repeat(8 * 1024) } }],
    ['/colour', 'unknown-field', { bump: 'auto', colour: 'red' }],
    ['/constructor', 'unknown-field', { bump: 'auto', constructor: { name: 'x' } }],
    ['/toString', 'unknown-field', { bump: 'auto', toString: 'x' }],
  ])('are refused at %s with %s', async (pointer, code, body) => {
    await publish('fields', body).expect(
      problem(400, 'validation-failed', { errors: [fault(pointer, code)] }),
    );
  });

  it('keep a changelog and a provenance of the largest size', async () => {
    const provenance = { text: 'é'.repeat((8 * 1024 - 11) / 2 - 1) };
    const changelog = '🙂'.repeat(4000);
    const { body } = await publish('large', { bump: 'auto', changelog, provenance }).expect(201);

    expect(body).toMatchObject({ changelog, provenance });
  });

  it('leave the digest alone, which is of the content', async () => {
    const first = await publish('one', { bump: 'auto', provenance: { a: 1 } }).expect(201);
    const second = await publish('two', { version: '7.0.0', changelog: 'x' }).expect(201);

    expect(second.body.digest).toBe(first.body.digest);
  });
});

describe('the name of the prompt', () => {
  it.each([
    'Support',
    '-x',
    'x-',
    'a//b',
    '/a',
    'a/',
    'a b',
    '../x',
    'a/../b',
    'é',
    'а', // CYRILLIC SMALL LETTER A
    'ａ', // FULLWIDTH LATIN SMALL LETTER A
    'a\u0000b',
    'x'.repeat(256),
  ])('is refused when it is %j', async (name) => {
    await publish(name, { bump: 'auto' }).expect(
      problem(400, 'validation-failed', { errors: [fault('/name', 'invalid-name')] }),
    );
  });

  it.each(['0', 'a.b_c--d', 'a/b/c', 'x'.repeat(255), `${'y/'.repeat(127)}y`])(
    'may be %s',
    async (name) => {
      const { body } = await publish(name, { bump: 'auto' }).expect(201);
      expect(body.name).toBe(name);
      await app.asAdmin('get', `${versionsPath(name)}/latest`).expect(200);
    },
  );
});

describe('who publishes', () => {
  it('is written on the version as they were called then', async () => {
    const key = await work.makeKey({ name: 'ci', verbs: ['publish'], prompts: ['ci/*'] });
    const published = await work
      .prompt('post', 'ci/one', '/versions', key)
      .send({ content: hello, bump: 'auto' })
      .expect(201);

    expect(published.body.createdBy).toMatchObject({ kind: 'key', name: 'ci' });
  });

  it('needs the right to publish, to this prompt, and to move each label', async () => {
    const body = { content: hello, bump: 'auto' };
    const viewer = await work.signInAs('viewer');
    await work
      .prompt('post', 'x', '/versions', viewer)
      .send(body)
      .expect(problem(403, 'forbidden'));
    const key = await work.makeKey({
      verbs: ['publish', 'label'],
      prompts: ['ci/*'],
      labels: ['a'],
    });
    await work.prompt('post', 'x', '/versions', key).send(body).expect(problem(404, 'not-found'));
    await work
      .prompt('post', 'ci/x', '/versions', key)
      .send({ ...body, labels: ['a', 'b'] })
      .expect(problem(403, 'forbidden'));
    await work.prompt('get', 'ci/x').expect(problem(404, 'not-found'));
    await work
      .prompt('post', 'ci/x', '/versions', key)
      .send({ ...body, labels: ['a'] })
      .expect(201);
  });
});
