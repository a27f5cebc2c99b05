import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { rawRequest } from '../support/raw-request.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
  work = await PromptWorkspace.create(app);
  const versions = ['1.0.0', '1.1.0', '1.2.0', '2.0.0-rc.1', '2.0.0', '2.1.0-beta.1', '3.0.0'];
  for (const version of versions) await work.publish('p', version);
  await pointTo('production', '1.0.0');
  await pointTo('candidate', '2.0.0-rc.1');
  await pointTo('leaked', '3.0.0');
  await pointTo('beta', '2.1.0-beta.1');
  await work.prompt('put', 'p', '/versions/1.2.0/yank').send({ reason: 'bad' }).expect(204);
  await work.prompt('post', 'p', '/versions/3.0.0/purge').send({ reason: 'leak' }).expect(204);
});
afterAll(() => app.close());

const pointTo = (label: string, version: string) =>
  work.prompt('put', 'p', `/labels/${label}`).send({ version }).expect(200);
const read = (selector: string, name = 'p') =>
  work.prompt('get', name, `/versions/${encodeURIComponent(selector)}`);
/** The selector as the client wrote it into the path. */
const readRaw = (path: string) =>
  rawRequest(app.url, {
    path: `/v1/projects/${work.project}/prompts/p/versions/${path}`,
    headers: { authorization: `Bearer ${app.admin.token}` },
  });

describe('a selector', () => {
  it.each([
    ['1.0.0', '1.0.0'],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
    ['latest', '2.0.0'],
    ['production', '1.0.0'],
    ['candidate', '2.0.0-rc.1'],
    ['^1', '1.1.0'],
    ['^1.0', '1.1.0'],
    ['~1.0.0', '1.0.0'],
    ['1.x', '1.1.0'],
    ['1', '1.1.0'],
    ['1.0', '1.0.0'],
    ['>=1 <3', '2.0.0'],
    ['1.0.0 - 1.1.0', '1.1.0'],
    ['^9 || ^1', '1.1.0'],
    ['<2', '1.1.0'],
  ])('%j is %s', async (selector, version) => {
    const { body } = await read(selector).expect(200);
    expect(body.version).toBe(version);
  });

  it.each([
    ['^2.1.0-0', '2.1.0-beta.1'],
    ['>=2.0.0-rc.1 <2.0.0', '2.0.0-rc.1'],
    ['~2.1.0-beta', '2.1.0-beta.1'],
  ])('%j is the prerelease %s, because it names one', async (selector, version) => {
    const { body } = await read(selector).expect(200);
    expect(body.version).toBe(version);
  });

  it('that names no prerelease finds none, as npm does', async () => {
    await read('~2.1').expect(problem(404, 'unknown-selector'));
    await read('>2.0.0 <3').expect(problem(404, 'unknown-selector'));
  });

  it.each([
    ['nope,production', '1.0.0'],
    ['nope,9.9.9,^9,latest', '2.0.0'],
    ['candidate,production', '2.0.0-rc.1'],
    ['1.0.0,latest', '1.0.0'],
    ['~1.1.0,production', '1.1.0'],
    ['1.x,production', '1.1.0'],
    ['a,b,c,d,e,f,g,latest', '2.0.0'],
  ])('%j takes the first that is found: %s', async (selector, version) => {
    const { body } = await read(selector).expect(200);
    expect(body.version).toBe(version);
  });

  it.each(['9.9.9', 'nope', '^9', '>9', 'nope,^9,9.9.9'])(
    '%j is valid and finds nothing',
    async (selector) => {
      await read(selector).expect(problem(404, 'unknown-selector'));
    },
  );

  it.each([
    '*',
    'x',
    'X.x',
    '||',
    '>=*',
    ' 1.0.0',
    '1.0.0 ',
    'Production',
    'a b',
    '1.0.0+b ',
    ',',
    'a,,b',
    'a,',
    'a, b',
    'a,*',
    'a,x',
    '>=1 <3,latest',
    '>=1,latest',
    'a,b,c,d,e,f,g,h,i',
    'é',
    'рroduction', // CYRILLIC SMALL LETTER ER
    '../x',
    '..',
    '1.0.0\u0000',
    "1.0.0' OR '1'='1",
    '%',
    'x'.repeat(257),
    `1.${'9'.repeat(300)}.0`,
    '9007199254740992.0.0',
  ])('%j is refused whole', async (selector) => {
    await read(selector).expect(problem(400, 'invalid-selector'));
  });
});

describe('a selector in a path', () => {
  it.each([
    ['%5E1', '1.1.0'],
    ['^1', '1.1.0'],
    ['%3E%3D1%20%3C3', '2.0.0'],
    ['~1.0.0', '1.0.0'],
    ['%7E1.0.0', '1.0.0'],
    ['nope,production', '1.0.0'],
    ['nope%2Cproduction', '1.0.0'],
    ['%6Catest', '2.0.0'],
  ])('may be sent as %s', async (path, version) => {
    const answer = await readRaw(path);
    expect(answer.status).toBe(200);
    expect(answer.body.version).toBe(version);
  });

  it.each(['%2e%2e', '..', '%2E%2E%2Fx', '..%2f..%2fetc', '%00', '%2a', '%EF%BC%91.0.0'])(
    'goes nowhere as %s',
    async (path) => {
      problem(400, 'invalid-selector')(await readRaw(path));
    },
  );

  it.each(['%zz', '%', '%c3%28', '%ff'])('is no UTF-8 as %s', async (path) => {
    problem(400, 'validation-failed')(await readRaw(path));
  });
});

describe('a version that is yanked', () => {
  it('is served by its number, and chosen by nothing else', async () => {
    const { body } = await read('1.2.0').expect(200);
    expect(body.version).toBe('1.2.0');
    await read('~1.2').expect(problem(404, 'unknown-selector'));
    await read('=1.2.0').expect(problem(404, 'unknown-selector'));
  });
});

describe('a version that is purged', () => {
  it.each(['3.0.0', 'leaked', '3.0.0,latest', 'leaked,latest'])(
    'is answered as gone to whoever names it: %s',
    async (selector) => {
      await read(selector).expect(problem(410, 'version-purged', { version: '3.0.0' }));
    },
  );

  it('is chosen by nothing else', async () => {
    await read('^3').expect(problem(404, 'unknown-selector'));
    await read('>=1').expect(({ body }) => {
      expect(body.version).toBe('2.0.0');
    });
  });
});

describe('the name of a prompt in a path', () => {
  it('may hold slashes, sent as %2F in either case', async () => {
    await work.publish('support/triage/summary', '1.0.0');

    for (const name of ['support%2Ftriage%2Fsummary', 'support%2ftriage%2Fsummary']) {
      const path = `/v1/projects/${work.project}/prompts/${name}/versions/latest`;
      const headers = { authorization: `Bearer ${app.admin.token}` };
      const answer = await rawRequest(app.url, { path, headers });
      expect(answer.body.name).toBe('support/triage/summary');
      expect(answer.headers['content-location']).toBe(
        `/v1/projects/${work.project}/prompts/support%2Ftriage%2Fsummary/versions/1.0.0`,
      );
    }
  });

  it.each([
    '%2e%2e',
    '..%2Fp',
    '%2e%2e%2fp',
    'P',
    'p%20',
    '%D1%80', // CYRILLIC SMALL LETTER ER
    '%EF%BD%90', // FULLWIDTH LATIN SMALL LETTER P
    'p%00',
    'p%2F',
    "p'--",
    'x'.repeat(300),
  ])('finds nothing as %s', async (name) => {
    for (const below of ['', '/versions', '/versions/latest', '/labels', '/diff?from=1&to=1']) {
      const path = `/v1/projects/${work.project}/prompts/${name}${below}`;
      const headers = { authorization: `Bearer ${app.admin.token}` };
      problem(404, 'not-found')(await rawRequest(app.url, { path, headers }));
    }
  });

  it.each(['%2e%2e', 'Project', '..%2F..', '%00', '%D1%80', 'x'.repeat(300)])(
    'is looked for in no project called %s',
    async (project) => {
      const path = `/v1/projects/${project}/prompts/p/versions/latest`;
      const headers = { authorization: `Bearer ${app.admin.token}` };
      problem(404, 'not-found')(await rawRequest(app.url, { path, headers }));
    },
  );
});

describe('who reads', () => {
  it('sees no prompt beyond the reach of the credential', async () => {
    const stranger = await PromptWorkspace.create(app);
    const foreign = await stranger.makeKey({});
    const narrow = await work.makeKey({ prompts: ['support/*'] });
    const path = '/versions/latest';

    await work.prompt('get', 'p', path, foreign).expect(problem(404, 'not-found'));
    await work.prompt('get', 'p', path, narrow).expect(problem(404, 'not-found'));
    await work.prompt('get', 'p', path, null).expect(problem(401, 'unauthenticated'));
    await work.prompt('get', 'p', path, await work.makeKey({})).expect(200);
    await work
      .prompt('get', 'p', path, await work.makeKey({ verbs: ['publish'] }))
      .expect(problem(403, 'forbidden'));
  });

  it('may go on reading what is archived', async () => {
    await work.publish('old', '1.0.0');
    await work.prompt('delete', 'old').expect(204);

    await read('latest', 'old').expect(200);
  });
});
