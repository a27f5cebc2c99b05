import { systemContext } from '../../src/platform/authorization/index.js';
import { newId } from '../../src/platform/crypto/index.js';
import { Database, parseDatabaseUrl, UnitOfWork } from '../../src/platform/database/index.js';
import {
  INSTANCE_PROJECT,
  type NewEvent,
  Outbox,
  OutboxRepository,
} from '../../src/platform/events/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';

// A hundred units take seconds on a busy machine.
jest.setTimeout(30_000);

const ctx = systemContext('test');

let fresh: FreshDatabase;
let database: Database;
let units: UnitOfWork;
let events: OutboxRepository;
let outbox: Outbox;

beforeEach(async () => {
  fresh = await freshDatabase();
  database = await Database.open({ address: parseDatabaseUrl(fresh.url)!, poolSize: 8 });
  units = new UnitOfWork(database);
  events = new OutboxRepository(database, new Clock());
  outbox = new Outbox(events);
});

afterEach(async () => {
  await database.close();
  await fresh.drop();
});

async function createProjects(count: number): Promise<readonly string[]> {
  const projects = Array.from({ length: count }, () => newId());
  for (const project of projects) {
    await units.run(ctx, (tx) => events.insertCounter(tx, project));
  }
  return projects;
}

const event = (projectId: string, name = 'greeting'): NewEvent => ({
  type: 'prompt.version.published',
  projectId,
  subject: { type: 'version', id: newId(), name },
});

/** One unit that records these events. */
async function record(...recorded: readonly NewEvent[]): Promise<void> {
  await units.run(ctx, (tx) => {
    for (const each of recorded) outbox.record(tx, each);
    return Promise.resolve();
  });
}

const all = (project: string) => events.listAfter(ctx, project, 0, 10_000);

async function revisions(project: string): Promise<readonly number[]> {
  return (await all(project)).map(({ revision }) => revision);
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

it('keeps what happened with who did it, when, in which request and from where', async () => {
  const [project] = await createProjects(1);
  const from = Date.now();
  const happened = {
    ...event(project!, 'grüße/王'),
    before: `sha256:${'a'.repeat(64)}`,
    data: { version: '1.0.0', labels: ['production'], first: true, count: 3, none: null },
  };
  const caller = {
    principal: {
      kind: 'key',
      id: newId(),
      name: 'ci',
      projectId: project!,
      verbs: ['publish'],
      prompts: ['*'],
      labels: [],
    },
    requestId: 'request-1',
    origin: { ip: '2001:db8::1', userAgent: 'curl/8' },
  } as const;
  await units.run(caller, (tx) => {
    outbox.record(tx, happened);
    return Promise.resolve();
  });
  const [recorded] = await all(project!);
  expect(recorded).toEqual({
    ...happened,
    revision: 1,
    position: 0,
    atMs: expect.any(Number),
    actor: { kind: 'key', id: caller.principal.id, name: 'ci' },
    requestId: 'request-1',
    origin: caller.origin,
  });
  expect(recorded!.atMs).toBeGreaterThanOrEqual(from);
  expect(recorded!.atMs).toBeLessThanOrEqual(Date.now());
});

it('gives the events of one unit one revision of each project and their order', async () => {
  const [one, other] = await createProjects(2);
  await record(event(one!, 'a'), event(other!, 'b'), event(one!, 'c'), event(one!, 'd'));
  await record(event(one!, 'e'));
  const places = (await all(one!)).map(({ revision, position, subject }) => [
    subject.name,
    revision,
    position,
  ]);
  expect(places).toEqual([
    ['a', 1, 0],
    ['c', 1, 1],
    ['d', 1, 2],
    ['e', 2, 0],
  ]);
  expect((await all(other!)).map(({ revision, position }) => [revision, position])).toEqual([
    [1, 0],
  ]);
});

it('numbers a hundred parallel units over three projects without a gap', async () => {
  const projects = await createProjects(3);
  await Promise.all(Array.from({ length: 100 }, (_, index) => record(event(projects[index % 3]!))));
  expect(await revisions(projects[0]!)).toEqual(upTo(34));
  expect(await revisions(projects[1]!)).toEqual(upTo(33));
  expect(await revisions(projects[2]!)).toEqual(upTo(33));
});

it('shows revisions in the order of commits: never a higher one before a lower one', async () => {
  const [project] = await createProjects(1);
  const writes = Promise.all(Array.from({ length: 60 }, () => record(event(project!))));
  let seen = 0;
  while (seen < 60) {
    const found = await revisions(project!);
    expect(found).toEqual(upTo(found.length));
    expect(found.length).toBeGreaterThanOrEqual(seen);
    seen = found.length;
  }
  await writes;
});

it('has no gap where a unit was rolled back', async () => {
  const [project] = await createProjects(1);
  await record(event(project!));
  const failing = units.run(ctx, async (tx) => {
    outbox.record(tx, event(project!));
    // After the counter moved: the last moment at which a unit can fail.
    await events.nextRevision(tx, project!);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await record(event(project!));
  expect(await revisions(project!)).toEqual([1, 2]);
});

it('lets units that touch the same projects in any order wait and never fail', async () => {
  const projects = [INSTANCE_PROJECT, ...(await createProjects(3))];
  let attempts = 0;
  await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      units.run(ctx, (tx) => {
        attempts += 1;
        const turned = [...projects.slice(index % 4), ...projects.slice(0, index % 4)];
        for (const project of turned) outbox.record(tx, event(project));
        return Promise.resolve();
      }),
    ),
  );
  // A deadlock would have been retried.
  expect(attempts).toBe(60);
  for (const project of projects) expect(await revisions(project)).toEqual(upTo(60));
});

it('lists what came after a revision, oldest first, up to a limit', async () => {
  const [project, other] = await createProjects(2);
  for (const _ of upTo(5)) await record(event(project!), event(project!));
  await record(event(other!));
  const places = async (after: number, limit: number) =>
    (await events.listAfter(ctx, project!, after, limit)).map((found) => [
      found.revision,
      found.position,
    ]);
  expect(await places(3, 100)).toEqual([
    [4, 0],
    [4, 1],
    [5, 0],
    [5, 1],
  ]);
  expect(await places(0, 3)).toEqual([
    [1, 0],
    [1, 1],
    [2, 0],
  ]);
  expect(await places(5, 100)).toEqual([]);
});

it('refuses an event of a project that has no counter, and what was done with it', async () => {
  const [project] = await createProjects(1);
  // The connection remembers the counter it moved last; a later unit must not be given that one.
  await Promise.all(upTo(8).map(() => record(event(project!))));
  await expect(record(event(project!), event(newId()))).rejects.toThrow('no revision counter');
  expect(await revisions(project!)).toEqual(upTo(8));
});

it('refuses an event outside a unit of work', () => {
  expect(() => {
    outbox.record(ctx, event(INSTANCE_PROJECT));
  }).toThrow('this write needs a unit of work');
});

describe('a listener', () => {
  it('hears once of each unit that recorded something, after it was committed', async () => {
    const heard: Promise<number>[] = [];
    outbox.onCommit(() => heard.push(all(INSTANCE_PROJECT).then(({ length }) => length)));
    await record(event(INSTANCE_PROJECT), event(INSTANCE_PROJECT));
    await units.run(ctx, () => Promise.resolve());
    expect(await Promise.all(heard)).toEqual([2]);
  });

  it('hears nothing of a unit that rolled back', async () => {
    const listener = jest.fn();
    outbox.onCommit(listener);
    const failing = units.run(ctx, (tx) => {
      outbox.record(tx, event(INSTANCE_PROJECT));
      return Promise.reject(new Error('no'));
    });
    await expect(failing).rejects.toThrow('no');
    expect(listener).not.toHaveBeenCalled();
  });
});

it('keeps more events of one unit than one statement can hold', async () => {
  const [project] = (await createProjects(1)) as [string];

  await record(...Array.from({ length: 5_000 }, () => event(project)));

  const recorded = await all(project);
  expect(recorded.map(({ position }) => position)).toEqual([...Array(5_000).keys()]);
  expect(new Set(recorded.map(({ revision }) => revision))).toEqual(new Set([1]));
});
