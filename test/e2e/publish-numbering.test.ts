import { fault, problem } from '../support/expect-problem.js';
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

const required = (name: string) => ({ name, type: 'string' });
const optional = (name: string) => ({ name, type: 'string', required: false });
const text = (wording: string, ...variables: object[]) => ({
  kind: 'text',
  text: wording,
  variables,
});
const publish = (body: object) => work.prompt('post', 'p', '/versions').send(body);
const check = (body: object) => work.prompt('post', 'p', '/versions/check').send(body);

/** Publishes and answers the number that the version got. */
async function numberOf(body: object): Promise<string> {
  const published = await publish(body).expect(201);
  return String(published.body.version);
}

describe('a version number', () => {
  it.each([
    'v1.0.0',
    ' 1.0.0',
    '1.0.0 ',
    '=1.0.0',
    '01.0.0',
    '1.00.0',
    '1.0.0-01',
    '1.0.0+b',
    '1.0.0-',
    '1.0.0-rc..1',
    '1.0',
    '1',
    '1.x',
    '^1.0.0',
    'latest',
    '',
    '1.0.0\n',
    '1.0.0\u0000',
    '１.0.0', // FULLWIDTH DIGIT ONE
    '1.0.0-é',
    '-1.0.0',
    '1e3.0.0',
    '9007199254740992.0.0',
    `1.0.0-${'9'.repeat(59)}`,
    `1.0.${'9'.repeat(300)}`,
    'x'.repeat(300),
  ])('is refused when it is %j', async (version) => {
    const answer = await publish({ content: text('a'), version });

    problem(400, 'validation-failed')(answer);
    expect(answer.body.errors[0].pointer).toMatch(/^(\/version)?$/);
    await work.prompt('get', 'p').expect(problem(404, 'not-found'));
  });

  it.each([7, true, ['1.0.0'], { major: 1 }])('is a text, and not %j', async (version) => {
    await publish({ content: text('a'), version }).expect(problem(400, 'validation-failed'));
  });

  it.each([
    '0.0.0',
    '1.0.0-0',
    '1.0.0-alpha-1.x.7',
    '9007199254740991.9007199254740991.0',
    `1.0.0-${'9'.repeat(58)}`,
  ])('may be %s', async (version) => {
    expect(await numberOf({ content: text('a'), version })).toBe(version);
    await work.prompt('get', 'p', `/versions/${version}`).expect(200);
  });
});

describe('an automatic bump', () => {
  beforeEach(async () => {
    await work.publish('p', '1.4.0', { content: text('a {{x}}', required('x')) });
  });

  it.each([
    ['1.4.1', 'new wording', text('b {{x}}', required('x'))],
    ['1.5.0', 'a new optional variable', text('a {{x}}{{y}}', required('x'), optional('y'))],
    ['1.5.0', 'a new default', text('a {{x}}', { ...required('x'), default: 'd' })],
    ['1.5.0', 'other model settings', { ...text('a {{x}}', required('x')), model: { name: 'm' } }],
    ['1.5.0', 'a new tool', { ...text('a {{x}}', required('x')), tools: [{ name: 't' }] }],
    ['2.0.0', 'a new required variable', text('a {{x}}{{y}}', required('x'), required('y'))],
    ['2.0.0', 'a removed variable', text('a')],
    ['2.0.0', 'a shorter text', text('a {{x}}', { ...required('x'), maxLength: 5 })],
    [
      '2.0.0',
      'any change of the output schema',
      { ...text('a {{x}}', required('x')), outputSchema: { type: 'object' } },
    ],
    [
      '2.0.0',
      'another kind',
      { kind: 'structured', sections: { task: 'a {{x}}' }, variables: [required('x')] },
    ],
  ])('gives %s for %s', async (version, _, content) => {
    expect(await numberOf({ content, bump: 'auto' })).toBe(version);
  });

  it('gives a major step for any change of the parameters of a tool', async () => {
    const withTool = (parameters: object) => ({
      ...text('a {{x}}', required('x')),
      tools: [{ name: 't', parameters }],
    });
    await publish({ content: withTool({ type: 'object' }), bump: 'auto' }).expect(201);

    const wider = withTool({ type: 'object', properties: { a: {} } });
    expect(await numberOf({ content: wider, bump: 'auto' })).toBe('2.0.0');
  });

  it.each([
    ['patch', '1.4.1'],
    ['minor', '1.5.0'],
    ['major', '2.0.0'],
  ])('may be named: %s gives %s', async (bump, version) => {
    expect(await numberOf({ content: text('b {{x}}', required('x')), bump })).toBe(version);
  });

  it('continues from the base version, also below a newer major', async () => {
    await work.publish('p', '2.0.0', { content: text('b') });
    const content = text('c {{x}}', required('x'));

    expect(await numberOf({ content, bump: 'auto', baseVersion: '1.4.0' })).toBe('1.4.1');
    await check({ content: text('d'), baseVersion: '2.0.0' }).expect(({ body }) => {
      expect(body).toMatchObject({ requiredBump: 'patch', suggestedVersion: '2.0.1' });
    });
  });

  it('gives the number of a release that has a prerelease already', async () => {
    await work.publish('p', '1.5.0-rc.1', { content: text('b {{x}}', required('x')) });

    expect(await numberOf({ content: text('c {{x}}', required('x')), bump: 'minor' })).toBe(
      '1.5.0',
    );
  });
});

describe('while the major is 0', () => {
  it('a breaking change needs a minor step', async () => {
    await work.publish('p', '0.3.1', { content: text('a {{x}}', required('x')) });
    await publish({ content: text('a'), version: '0.3.2' }).expect(
      problem(409, 'version-under-bumped', { minimumVersion: '0.4.0', requiredBump: 'major' }),
    );

    expect(await numberOf({ content: text('a'), bump: 'auto' })).toBe('0.4.0');
  });
});

describe('a prerelease', () => {
  beforeEach(async () => {
    await work.publish('p', '1.0.0', { content: text('a {{x}}', required('x')) });
  });
  const breaking = text('a');

  it('counts up while its triple is the required one, and becomes the release', async () => {
    const rc = { bump: 'auto', prerelease: 'rc' };
    expect(await numberOf({ content: breaking, ...rc })).toBe('2.0.0-rc.1');
    expect(await numberOf({ content: text('b'), ...rc })).toBe('2.0.0-rc.2');

    expect(await numberOf({ content: text('b'), bump: 'auto' })).toBe('2.0.0');
  });

  it('needs nothing of another prerelease of its triple', async () => {
    await work.publish('p', '2.0.0-rc.1', { content: breaking });

    const worse = text('a {{z}}', required('z'));
    expect(await numberOf({ content: worse, version: '2.0.0-rc.2' })).toBe('2.0.0-rc.2');
  });

  it('is held to its triple', async () => {
    await publish({ content: breaking, version: '1.1.0-rc.1' }).expect(
      problem(409, 'version-under-bumped', { minimumVersion: '2.0.0' }),
    );
  });

  it('can be the first version there is', async () => {
    const { body } = await work
      .prompt('post', 'q', '/versions')
      .send({ content: text('a'), bump: 'auto', prerelease: 'beta' })
      .expect(201);
    expect(body.version).toBe('1.0.0-beta.1');
    await work.prompt('get', 'q', '/versions/latest').expect(problem(404, 'unknown-selector'));
  });
});

describe('a number that promises too much', () => {
  beforeEach(async () => {
    await work.publish('p', '1.4.0', { content: text('a {{x}}', required('x')) });
  });

  it('is refused with every reason that is against it, and the lowest one that is not', async () => {
    const tools = [{ name: 't' }];
    const content = { ...text('b {{y}}', required('y'), optional('z')), tools };
    const answer = await publish({ content, version: '1.4.1' });

    problem(409, 'version-under-bumped', { requiredBump: 'major', minimumVersion: '2.0.0' })(
      answer,
    );
    expect(answer.body.errors).toEqual([
      fault('/content/variables/0', 'variable-removed'),
      fault('/content/variables/0', 'variable-added-required'),
      fault('/content/variables/1', 'variable-added-optional'),
      fault('/content/tools/0', 'tool-added'),
    ]);
  });

  it('is told only what is against this number', async () => {
    const content = text('b {{x}}{{y}}{{z}}', required('x'), required('y'), optional('z'));
    const answer = await publish({ content, version: '1.5.0' });

    problem(409, 'version-under-bumped')(answer);
    expect(answer.body.errors).toEqual([fault('/content/variables/1', 'variable-added-required')]);
  });

  it('may be a back-port, which is held to the version below it', async () => {
    await work.publish('p', '2.0.0', { content: text('b') });

    await publish({ content: text('b'), version: '1.4.1' }).expect(
      problem(409, 'version-under-bumped', { minimumVersion: '2.0.0' }),
    );
    const fixed = text('c {{x}}', required('x'));
    expect(await numberOf({ content: fixed, version: '1.4.1' })).toBe('1.4.1');
  });

  it('needs nothing when there is no stable version below it', async () => {
    expect(await numberOf({ content: text('b'), version: '1.3.9' })).toBe('1.3.9');
  });

  it('passes with the policy none, which is written down', async () => {
    await publish({ content: text('a'), version: '1.4.1', policy: 'none' }).expect(201);

    const published = (await work.promptEvents()).filter(
      ({ type }) => type === 'prompt.version.published',
    );
    expect(published.map(({ data }) => data?.underBumped)).toEqual([false, true]);
  });
});
