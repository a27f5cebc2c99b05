import request from 'supertest';
import { Clock } from '../../src/platform/time/index.js';
import { PromptIndexRepository } from '../../src/registry/index.js';
import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';

const exact = 'private, max-age=300, stale-while-revalidate=86400, stale-if-error=2592000';
const moving = 'private, max-age=0, stale-if-error=86400';
const immutable = 'private, max-age=31536000, immutable';
const movingSelectors = ['latest', 'production', '^1', 'nope,production', '1.1.0,latest'];

let app: FreshApplication;
let work: PromptWorkspace;
let digest: string;
let etag: string;

beforeAll(async () => {
  app = await freshApplication();
  work = await PromptWorkspace.create(app);
  await work.publish('team/p', '1.0.0');
  const published = await work.publish('team/p', '1.1.0', { labels: ['production'] });
  digest = published.digest;
  etag = `"${digest}-1"`;
});
afterAll(() => app.close());
afterEach(() => {
  jest.restoreAllMocks();
});

const read = (selector: string, name = 'team/p') =>
  work.prompt('get', name, `/versions/${encodeURIComponent(selector)}`);
const versionPath = (version: string) =>
  `/v1/projects/${work.project}/prompts/team%2Fp/versions/${version}`;

describe('a read', () => {
  it('of an exact version may be kept for minutes, and served stale for a month of failure', async () => {
    const { headers } = await read('1.1.0').expect(200);

    expect(headers).toMatchObject({
      etag,
      'cache-control': exact,
      vary: 'Authorization',
      'content-type': expect.stringMatching(/^application\/json/),
    });
    expect(headers).not.toHaveProperty('content-location');
    expect(headers).not.toHaveProperty('deprecation');
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it.each(movingSelectors)(
    'through %s asks again each time and says what it is',
    async (selector) => {
      const { headers } = await read(selector).expect(200);

      expect(headers).toMatchObject({
        etag,
        'cache-control': moving,
        'content-location': versionPath('1.1.0'),
        vary: 'Authorization',
      });
    },
  );

  it('with the digest of a lock file may be kept for ever', async () => {
    const { headers } = await read('1.1.0').query({ digest }).expect(200);

    expect(headers).toMatchObject({ etag, 'cache-control': immutable });
  });

  it('with a digest is not kept for ever when what was asked for may move', async () => {
    const { headers } = await read('production').query({ digest }).expect(200);

    expect(headers['cache-control']).toBe(moving);
  });

  it('with another digest fails, and says which one it is', async () => {
    const other = `sha256:${'0'.repeat(64)}`;
    await read('1.1.0')
      .query({ digest: other })
      .expect(problem(412, 'precondition-failed', { digest }));
    await read('1.1.0')
      .query({ digest: other })
      .set('If-None-Match', etag)
      .expect(problem(412, 'precondition-failed'));
  });

  it.each(['', 'sha256:', 'abc', `sha256:${'A'.repeat(64)}`, `sha512:${'0'.repeat(64)}`])(
    'takes %j for no digest',
    async (text) => {
      await read('1.1.0')
        .query({ digest: text })
        .expect(problem(400, 'validation-failed', { errors: [fault('/digest', 'matches')] }));
    },
  );

  it('takes one digest and no other parameter', async () => {
    await read('1.1.0')
      .query({ digest: [digest, digest] })
      .expect(problem(400, 'validation-failed'));
    for (const field of ['digests', 'constructor', 'toString', '__proto__', 'a/b~c']) {
      const pointer = `/${field.replace('~', '~0').replace('/', '~1')}`;
      await read('1.1.0')
        .query(`${encodeURIComponent(field)}=x`)
        .expect(problem(400, 'validation-failed', { errors: [fault(pointer, 'unknown-field')] }));
    }
  });

  it('that fails is kept by nobody', async () => {
    await read('9.9.9').expect(problem(404, 'unknown-selector'));
  });
});

describe('a conditional read', () => {
  it.each([
    ['the ETag', () => etag],
    ['a weak form of it', () => `W/${etag}`],
    ['a list that has it', () => `"x", W/"y",${etag} , "z"`],
    ['a star', () => '*'],
  ])('with %s is answered 304, repeating what caches keep', async (_, ifNoneMatch) => {
    for (const selector of ['1.1.0', ...movingSelectors]) {
      const answer = await read(selector).set('If-None-Match', ifNoneMatch()).expect(304);

      expect(answer.text).toBe('');
      expect(answer.headers).toMatchObject({
        etag,
        'cache-control': selector === '1.1.0' ? exact : moving,
        vary: 'Authorization',
        'x-request-id': expect.any(String),
        ...(selector !== '1.1.0' && { 'content-location': versionPath('1.1.0') }),
      });
      expect(answer.headers).not.toHaveProperty('content-type');
      expect(answer.headers).not.toHaveProperty('content-length');
    }
  });

  it.each([
    ['another ETag', () => `"sha256:${'0'.repeat(64)}-1"`],
    ['another format of the body', () => `"${digest}-2"`],
    ['the bare digest', () => digest],
    ['an ETag without quotes', () => `${digest}-1`],
    ['a part of it', () => etag.slice(0, -2)],
    ['nothing', () => ''],
    ['noise', () => '",,W/,"'],
  ])('with %s is answered in full', async (_, ifNoneMatch) => {
    const answer = await read('1.1.0').set('If-None-Match', ifNoneMatch()).expect(200);
    expect(answer.body.version).toBe('1.1.0');
  });

  it('never loads content to answer 304', async () => {
    const load = jest.spyOn(app.application.nest.get(PromptIndexRepository), 'findBody');
    const { digest: known } = await work.publish('unread', '1.1.0', { labels: ['production'] });
    const unread = (selector: string) =>
      work.request('get', `/prompts/unread/versions/${encodeURIComponent(selector)}`);
    for (const selector of ['1.1.0', ...movingSelectors]) {
      await unread(selector).set('If-None-Match', `"${known}-1"`).expect(304);
    }
    await unread('1.1.0').query({ digest: known }).set('If-None-Match', `"${known}-1"`).expect(304);
    expect(load).not.toHaveBeenCalled();

    await unread('1.1.0').expect(200);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('is answered in full once the label has moved', async () => {
    const first = await work.publish('moving', '1.0.0', { labels: ['production'] });
    await work.publish('moving', '1.1.0', { labels: ['production'] });

    const answer = await read('production', 'moving')
      .set('If-None-Match', `"${first.digest}-1"`)
      .expect(200);
    expect(answer.body.version).toBe('1.1.0');
  });
});

describe('a warning', () => {
  const now = Math.floor(Date.now() / 1000);
  /** Lets the program believe that it is this many seconds later. */
  const pass = (seconds: number) =>
    jest.spyOn(app.application.nest.get(Clock), 'nowMs').mockReturnValue((now + seconds) * 1000);

  it('of a deprecation or a yank is on 200 and 304, with the earlier of the times', async () => {
    const { digest: warned } = await work.publish('warned', '1.0.0', { labels: ['stable'] });
    pass(10);
    await work
      .prompt('put', 'warned', '/versions/1.0.0/deprecation')
      .send({ message: 'use 2' })
      .expect(204);
    for (const selector of ['1.0.0', 'stable', 'latest']) {
      const found = await read(selector, 'warned').expect(200);
      expect(found.headers.deprecation).toBe(`@${now + 10}`);
      const same = await read(selector, 'warned').set('If-None-Match', `"${warned}-1"`).expect(304);
      expect(same.headers.deprecation).toBe(`@${now + 10}`);
    }

    pass(70);
    await work.prompt('delete', 'warned', '/labels/stable').expect(204);
    await work.prompt('put', 'warned', '/versions/1.0.0/yank').send({ reason: 'bad' }).expect(204);
    const both = await read('1.0.0', 'warned').expect(200);
    expect(both.headers.deprecation).toBe(`@${now + 10}`);
    await work
      .prompt('put', 'warned', '/versions/1.0.0/deprecation')
      .send({ message: null })
      .expect(204);
    const yanked = await read('1.0.0', 'warned').expect(200);
    expect(yanked.headers.deprecation).toBe(`@${now + 70}`);
  });

  it('is not part of the body, which never changes', async () => {
    const { version } = await work.publish('warned-later', '1.0.0');
    const before = await read(version, 'warned-later').expect(200);
    await work
      .prompt('put', 'warned-later', '/versions/1.0.0/deprecation')
      .send({ message: 'old', replacement: 'p@^2' })
      .expect(204);

    const after = await read(version, 'warned-later').expect(200);
    expect(after.text).toBe(before.text);
    expect(after.headers.etag).toBe(before.headers.etag);
  });
});

describe('the body', () => {
  const text = 'Grüße 🙂 \u2028\u007f\u0001 "\\/ </script> 漢字 e\u0301 é';

  it('is ASCII, and gives every character back', async () => {
    const content = { kind: 'text', text, model: { parameters: { 'clé 🙂': [1.5, -0.1, 1e21] } } };
    await work.publish('unicode', '1.0.0', { content, changelog: text, provenance: { text } });

    const { text: body, headers } = await read('1.0.0', 'unicode').expect(200);
    expect(body).toMatch(/^[\x20-\x7e]*$/);
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(JSON.parse(body)).toMatchObject({ content, changelog: text, provenance: { text } });
  });

  it('keeps free JSON as it was sent, whatever its keys are', async () => {
    const parameters = { constructor: 1, toString: 'x', hasOwnProperty: null, b: 1, a: [{}] };
    const content = { kind: 'text', text: 'a', model: { parameters } };
    await work.publish('keys', '1.0.0', { content, provenance: parameters });

    const { text: body } = await read('1.0.0', 'keys').expect(200);
    const found = JSON.parse(body);
    expect(found.content).toEqual(content);
    expect(Object.keys(found.provenance)).toEqual(Object.keys(parameters));
  });
});

describe('a HEAD request', () => {
  const head = (path: string) =>
    request(app.http).head(path).set('Authorization', `Bearer ${app.admin.token}`);

  it('is answered like the GET, without the body', async () => {
    for (const path of [versionPath('1.1.0'), versionPath('production')]) {
      const found = await app.asAdmin('get', path).expect(200);
      const answer = await head(path).expect(200);

      expect(answer.text).toBeUndefined();
      for (const name of ['etag', 'cache-control', 'content-location', 'content-length', 'vary']) {
        expect(answer.headers[name]).toBe(found.headers[name]);
      }
    }
    await head(versionPath('1.1.0')).set('If-None-Match', etag).expect(304);
    await head(versionPath('9.9.9')).expect(404);
    await request(app.http).head(versionPath('1.1.0')).expect(401);
  });
});
