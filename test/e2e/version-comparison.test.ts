import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { writtenRows } from '../support/written-rows.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
});

const text = (wording: string, ...names: string[]) => ({
  kind: 'text',
  text: wording,
  variables: names.map((name) => ({ name, type: 'string' })),
});
const check = (body: object) => work.prompt('post', 'p', '/versions/check').send(body);

describe('a check', () => {
  it('tells what a publish would be numbered and why, and writes nothing', async () => {
    await work.publish('p', '1.2.0', { content: text('a') });
    const before = await writtenRows(work);

    const { body } = await check({ content: text('b {{x}}', 'x') }).expect(200);

    expect(body).toEqual({
      requiredBump: 'major',
      suggestedVersion: '2.0.0',
      reasons: [
        {
          code: 'variable-added-required',
          bump: 'major',
          path: '/variables/0',
          detail: expect.any(String),
        },
        { code: 'text-changed', bump: 'patch', path: '/text', detail: expect.any(String) },
      ],
      duplicateOf: null,
      warnings: [],
    });
    expect(await writtenRows(work)).toEqual(before);
    const { body: published } = await work
      .prompt('post', 'p', '/versions')
      .send({ content: text('b {{x}}', 'x'), bump: 'auto' })
      .expect(201);
    expect(published.version).toBe(body.suggestedVersion);
  });

  it('of a prompt that does not exist yet suggests 1.0.0, and does not make it', async () => {
    const { body } = await check({ content: text('a', 'unused') }).expect(200);

    expect(body).toMatchObject({
      requiredBump: 'none',
      suggestedVersion: '1.0.0',
      reasons: [],
      duplicateOf: null,
      warnings: [{ pointer: '/content/variables/0', code: 'unused-variable' }],
    });
    await work.prompt('get', 'p').expect(problem(404, 'not-found'));
  });

  it('names the version that has the content already', async () => {
    await work.publish('p', '1.0.0', { content: text('a') });
    await work.publish('p', '1.1.0', { content: text('b') });

    const { body } = await check({ content: text('a') }).expect(200);
    expect(body).toMatchObject({ duplicateOf: '1.0.0', suggestedVersion: '1.1.1' });
  });

  it('may start from a base, and suggest a prerelease', async () => {
    await work.publish('p', '1.0.0', { content: text('a') });
    await work.publish('p', '2.0.0', { content: text('b') });

    const body = { content: text('c'), baseVersion: '1.0.0', prerelease: 'rc' };
    await check(body).expect(({ body: answer }) => {
      expect(answer.suggestedVersion).toBe('1.0.1-rc.1');
    });
    await check({ ...body, baseVersion: '7.0.0' }).expect(problem(400, 'validation-failed'));
  });

  it('refuses what a publish would refuse', async () => {
    await check({ content: text('{{x}}') }).expect(problem(422, 'undeclared-variable'));
    await check({ content: text('{{#x}}') }).expect(problem(422, 'invalid-template'));
    await check({ content: text('{{> x}}') }).expect(problem(422, 'includes-not-supported'));
    await check({ content: { kind: 'poem' } }).expect(problem(400, 'validation-failed'));
    await check({ content: text('x'.repeat(300_000)) }).expect(problem(413, 'content-too-large'));
    await check({}).expect(problem(400, 'validation-failed'));
  });

  it('is for whoever may read', async () => {
    const viewer = await work.signInAs('viewer');
    const path = '/versions/check';
    const body = { content: text('a') };
    await work.prompt('post', 'p', path, viewer).send(body).expect(200);
    const key = await work.makeKey({ prompts: ['q'] });
    await work.prompt('post', 'p', path, key).send(body).expect(problem(404, 'not-found'));
  });
});

describe('a diff', () => {
  const diff = (from: string, to: string) => work.prompt('get', 'p', '/diff').query({ from, to });

  beforeEach(async () => {
    await work.publish('p', '1.0.0', { content: text('one\ntwo {{x}}\n', 'x') });
    await work.publish('p', '2.0.0', { content: text('one\n2 {{y}}\n', 'y'), labels: ['stable'] });
  });

  it('shows texts, contract and the bump of a step', async () => {
    const { body } = await diff('1.0.0', '2.0.0').expect(200);

    expect(body).toMatchObject({
      from: '1.0.0',
      to: '2.0.0',
      requiredBump: 'major',
      contract: {
        variables: { added: [{ name: 'y' }], removed: [{ name: 'x' }], changed: [] },
      },
      text: [{ path: 'text', hunks: [{ lines: [' one', '-two {{x}}', '+2 {{y}}'] }] }],
      unified: expect.stringContaining('--- 1.0.0\n+++ 2.0.0\n'),
    });
    expect((body.reasons as { code: string }[]).map(({ code }) => code)).toEqual([
      'variable-removed',
      'variable-added-required',
      'text-changed',
    ]);
  });

  it('takes selectors, in either order', async () => {
    await diff('stable', '^1').expect(({ body }) => {
      expect(body).toMatchObject({ from: '2.0.0', to: '1.0.0', requiredBump: 'major' });
    });
    await diff('latest', 'stable').expect(({ body }) => {
      expect(body).toMatchObject({ requiredBump: 'none', reasons: [], text: [], unified: '' });
    });
  });

  it('needs two selectors that find something', async () => {
    await diff('1.0.0', '9.9.9').expect(problem(404, 'unknown-selector'));
    await diff('*', '1.0.0').expect(problem(400, 'invalid-selector'));
    await work.prompt('get', 'p', '/diff?from=1.0.0').expect(problem(400, 'validation-failed'));
    await work
      .prompt('get', 'p', '/diff?from=1.0.0&to=2.0.0&to=1.0.0')
      .expect(problem(400, 'validation-failed'));
    await work.prompt('get', 'q', '/diff?from=1&to=2').expect(problem(404, 'not-found'));
  });

  it('of a purged version is gone', async () => {
    await work.prompt('post', 'p', '/versions/1.0.0/purge').send({ reason: 'x' }).expect(204);

    await diff('1.0.0', '2.0.0').expect(problem(410, 'version-purged'));
  });
});
