import { Clock } from '../../src/platform/time/index.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';

let app: FreshApplication;
let work: PromptWorkspace;
/** When the last second began that has passed: every test makes its moves inside it. */
let startMs: number;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) await work.publish('p', version);
  startMs = Date.now() - 1000;
});
afterEach(() => jest.restoreAllMocks());

const at = (offsetMs: number) => new Date(startMs + offsetMs).toISOString();

/** Moves the label, or removes it for null, `offsetMs` after the start. */
async function move(offsetMs: number, label: string, version: string | null): Promise<void> {
  const clock = jest.spyOn(app.application.nest.get(Clock), 'nowMs');
  clock.mockReturnValue(startMs + offsetMs);
  const path = `/labels/${label}`;
  if (version === null) await work.prompt('delete', 'p', path).expect(204);
  else await work.prompt('put', 'p', path).send({ version }).expect(200);
  clock.mockRestore();
}

const read = (label: string, asOf: string, token?: string | null) =>
  work.prompt('get', 'p', `/labels/${label}`, token).query({ asOf });

async function list(asOf: string): Promise<Record<string, string>> {
  const { body } = await work.prompt('get', 'p', '/labels').query({ asOf }).expect(200);
  const labels = body.items as { label: string; version: string }[];
  return Object.fromEntries(labels.map(({ label, version }) => [label, version]));
}

describe('a label as of a time', () => {
  it('is what its last move until then had made of it, to the millisecond', async () => {
    await move(100, 'production', '1.0.0');
    await move(200, 'production', '1.1.0');
    await move(300, 'production', '2.0.0');

    const versions = [];
    for (const offsetMs of [100, 199, 200, 299, 300, 5000, 10 ** 9]) {
      versions.push((await read('production', at(offsetMs)).expect(200)).body.version);
    }

    expect(versions).toEqual(['1.0.0', '1.0.0', '1.1.0', '1.1.0', '2.0.0', '2.0.0', '2.0.0']);
    await read('production', at(99)).expect(problem(404, 'not-found'));
    const then = await read('production', at(250)).expect(200);
    expect(then.body).toMatchObject({ previousVersion: '1.0.0', movedAt: at(200) });
    expect(then.headers.etag).toBe('"2"');
  });

  it('is what it is now, for a time to come', async () => {
    await move(0, 'production', '1.0.0');

    const now = await work.prompt('get', 'p', '/labels/production').expect(200);
    const later = await read('production', '9999-12-31T23:59:59.999Z').expect(200);

    expect(later.body).toEqual(now.body);
    expect(later.headers.etag).toBe(now.headers.etag);
  });

  it('was not there while it was removed', async () => {
    await move(100, 'production', '1.0.0');
    await move(200, 'production', null);
    await move(300, 'production', '1.1.0');

    await read('production', at(250)).expect(problem(404, 'not-found'));
    expect((await read('production', at(150)).expect(200)).body.version).toBe('1.0.0');
    expect((await read('production', at(300)).expect(200)).body.version).toBe('1.1.0');
  });

  it('is the last of several moves in one millisecond', async () => {
    for (const version of ['1.0.0', '2.0.0', '1.1.0']) await move(100, 'production', version);

    expect((await read('production', at(100)).expect(200)).body.version).toBe('1.1.0');
    expect(await list(at(100))).toEqual({ production: '1.1.0' });
  });

  it('is read by whoever may read the prompt', async () => {
    await move(100, 'production', '1.0.0');
    const elsewhere = await work.makeKey({ verbs: ['read'], prompts: ['other'] });

    await read('production', at(100), await work.signInAs('viewer')).expect(200);
    await read('production', at(100), elsewhere).expect(problem(404, 'not-found'));
    await read('production', at(100), null).expect(problem(401, 'unauthenticated'));
  });
});

describe('the labels of a prompt as of a time', () => {
  it('are those that there were, by name, each with its version then', async () => {
    await move(100, 'staging', '1.0.0');
    await move(200, 'production', '1.0.0');
    await move(300, 'staging', '1.1.0');
    await move(400, 'production', null);

    const lists = [];
    for (const offsetMs of [99, 100, 250, 300, 400]) lists.push(await list(at(offsetMs)));

    expect(lists).toEqual([
      {},
      { staging: '1.0.0' },
      { production: '1.0.0', staging: '1.0.0' },
      { production: '1.0.0', staging: '1.1.0' },
      { staging: '1.1.0' },
    ]);
    const { body } = await work.prompt('get', 'p', '/labels').query({ asOf: at(350) });
    expect((body.items as { label: string }[]).map(({ label }) => label)).toEqual([
      'production',
      'staging',
    ]);
  });

  it('are those of now, for a time to come', async () => {
    await move(100, 'staging', '1.0.0');
    await move(200, 'production', '1.1.0');

    const now = await work.prompt('get', 'p', '/labels').expect(200);
    const later = await work.prompt('get', 'p', '/labels').query({ asOf: at(10 ** 9) });

    expect(later.body).toEqual(now.body);
  });

  it('are no other prompt’s', async () => {
    await work.publish('q', '1.0.0', { labels: ['canary'] });
    await move(100, 'staging', '1.0.0');

    expect(await list(at(100))).toEqual({ staging: '1.0.0' });
  });
});

describe('a time', () => {
  it.each([
    '',
    'now',
    '0',
    '1700000000000',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31T12:00:00+01:00',
    '2026-02-31T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31 12:00:00Z',
    '+012026-01-31T12:00:00Z',
    '2026-01-31T12:00:00Z\u0000',
    "2026-01-31T12:00:00Z' OR 1=1",
  ])('is an RFC 3339 time in UTC, and not %j', async (asOf) => {
    for (const path of ['/labels', '/labels/production']) {
      const answer = await work.prompt('get', 'p', path).query({ asOf });
      problem(400, 'validation-failed')(answer);
      expect(answer.body.errors).toMatchObject([{ pointer: '/asOf' }]);
    }
  });

  it.each(['0000-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z', '2020-01-31T12:00Z'])(
    'before everything finds nothing: %s',
    async (asOf) => {
      await move(0, 'production', '1.0.0');

      expect(await list(asOf)).toEqual({});
      await read('production', asOf).expect(problem(404, 'not-found'));
    },
  );

  it('is given once', async () => {
    await work
      .prompt('get', 'p', '/labels')
      .query({ asOf: [at(0), at(1)] })
      .expect(problem(400, 'validation-failed'));
  });
});
