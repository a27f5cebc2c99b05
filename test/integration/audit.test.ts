import { pino } from 'pino';
import { AuditRepository } from '../../src/audit/audit.repository.js';
import { auditHeadRows } from '../../src/audit/audit.rows.js';
import { AuditSequencer } from '../../src/audit/audit-sequencer.js';
import type { AuditEntry } from '../../src/audit/audit-entry.js';
import { AuditLease } from '../../src/audit/audit-lease.js';
import { verifyTrail } from '../../src/audit/verification.js';
import type { OperationContext } from '../../src/platform/authorization/index.js';
import { newId } from '../../src/platform/crypto/index.js';
import {
  Database,
  Leases,
  parseDatabaseUrl,
  UnitOfWork,
} from '../../src/platform/database/index.js';
import { INSTANCE_PROJECT, Outbox, OutboxRepository } from '../../src/platform/events/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { until } from '../support/until.js';

const clock = new Clock();
const userId = newId();
const ctx: OperationContext = {
  principal: {
    kind: 'user',
    id: userId,
    name: 'Zoë 王',
    sessionId: newId(),
    instanceAdmin: true,
    mustChangePassword: false,
  },
  requestId: 'request-1',
  origin: { ip: '203.0.113.7', userAgent: 'curl/8' },
};
const everything = { limit: 10_000, after: undefined, total: false };

/** Ends with the transaction that took it, so that nothing but the lock keeps instances apart. */
class ShortLeases extends Leases {
  override async hold(tx: OperationContext, name: string, holder: string): Promise<boolean> {
    return super.hold(tx, name, holder, -1);
  }
}

/** What one process of the program has of its own. */
class Instance {
  readonly log: string[] = [];
  readonly events: OutboxRepository;
  readonly outbox: Outbox;
  readonly audit: AuditRepository;
  readonly sequencer: AuditSequencer;

  constructor(
    readonly database: Database,
    readonly unitOfWork: UnitOfWork,
    leases: Leases,
  ) {
    this.events = new OutboxRepository(database, clock);
    this.outbox = new Outbox(this.events);
    this.audit = new AuditRepository(database);
    this.sequencer = new AuditSequencer(
      this.unitOfWork,
      new AuditLease(leases),
      this.outbox,
      this.events,
      this.audit,
      pino({ base: null }, { write: (line: string) => void this.log.push(line) }),
    );
  }

  async createProject(): Promise<string> {
    const projectId = newId();
    await this.unitOfWork.run(ctx, (tx) => this.events.insertCounter(tx, projectId));
    return projectId;
  }

  /** Records `count` events in one transaction, hence in one revision. */
  async record(projectId: string, count = 1, name = 'greeting'): Promise<void> {
    await this.unitOfWork.run(ctx, async (tx) => {
      for (let index = 0; index < count; index += 1) {
        this.outbox.record(tx, {
          type: index % 2 === 0 ? 'prompt.version.published' : 'label.moved',
          projectId,
          subject: { type: 'prompt', id: `prompt-${name.length}`, name },
          after: `sha256:${'a'.repeat(64)}`,
          data: { version: `1.0.${index}`, labels: ['production'], é: null, broken: '\ud83d' },
        });
      }
      await Promise.resolve();
    });
  }

  async trail(): Promise<readonly AuditEntry[]> {
    const page = await this.audit.list(ctx, {}, everything);
    return page.items.toReversed();
  }
}

async function flawIn(trail: readonly AuditEntry[]) {
  return (await verifyTrail([trail], { checkpoints: [], keys: [] })).brokenAt;
}

let fresh: FreshDatabase;
const opened: Database[] = [];
let instance: Instance;

/** DIALECT: instances on a server have pools of their own; SQLite lets one process in. */
async function openInstance(LeasesClass = Leases): Promise<Instance> {
  if (fresh.dialect === 'sqlite' && opened.length > 0) {
    const { database, unitOfWork } = instance;
    return new Instance(database, unitOfWork, new LeasesClass(database, clock));
  }
  const database = await Database.open({ address: parseDatabaseUrl(fresh.url)!, poolSize: 4 });
  opened.push(database);
  return new Instance(database, new UnitOfWork(database), new LeasesClass(database, clock));
}

beforeEach(async () => {
  fresh = await freshDatabase();
  instance = await openInstance();
});

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  await fresh.drop();
});

it('appends who did what, when and from where, chained from the empty trail', async () => {
  const project = await instance.createProject();
  await instance.record(project, 2);
  await instance.record(INSTANCE_PROJECT);
  await instance.sequencer.run();

  const trail = await instance.trail();
  expect(trail.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(await flawIn(trail)).toBeUndefined();
  const entriesOf = (id: string | null) => trail.filter(({ projectId }) => projectId === id);
  expect(entriesOf(project).map(({ revision, position }) => [revision, position])).toEqual([
    [1, 0],
    [1, 1],
  ]);
  expect(entriesOf(null)).toEqual([
    expect.objectContaining({
      type: 'prompt.version.published',
      revision: 1,
      actor: { kind: 'user', id: userId, name: 'Zoë 王' },
      requestId: 'request-1',
      ip: '203.0.113.7',
      userAgent: 'curl/8',
      subject: { type: 'prompt', id: 'prompt-8', name: 'greeting' },
      before: null,
      after: `sha256:${'a'.repeat(64)}`,
      data: { version: '1.0.0', labels: ['production'], é: null, broken: '\ufffd' },
    }),
  ]);
});

it('keeps the chain without gap or fork while several instances record and append', async () => {
  const instances: Instance[] = [];
  for (let count = 0; count < 3; count += 1) instances.push(await openInstance(ShortLeases));
  const projects = await Promise.all(Array.from({ length: 4 }, () => instance.createProject()));
  await Promise.all(
    instances.flatMap((each) =>
      projects.map(async (project) => {
        for (let round = 0; round < 8; round += 1) {
          await each.record(project, 3);
          await each.sequencer.run();
        }
      }),
    ),
  );
  await Promise.all(instances.map((each) => each.sequencer.run()));

  const trail = await instance.trail();
  expect(trail).toHaveLength(3 * 4 * 8 * 3);
  expect(await flawIn(trail)).toBeUndefined();
  for (const project of projects) {
    const places = trail
      .filter(({ projectId }) => projectId === project)
      .map(({ revision, position }) => (revision - 1) * 3 + position);
    expect(places).toEqual(Array.from({ length: 3 * 8 * 3 }, (_, index) => index));
  }
  expect(instances.flatMap(({ log }) => log)).toEqual([]);
});

it('takes a whole revision even when it is larger than a batch', async () => {
  const project = await instance.createProject();
  await instance.record(project, 2);
  await instance.record(project, 1203);
  await instance.record(project, 1);
  await instance.sequencer.run();

  const trail = await instance.trail();
  expect(trail).toHaveLength(1206);
  expect(await flawIn(trail)).toBeUndefined();
});

it('leaves the work to the instance that holds the lease', async () => {
  const other = await openInstance();
  const project = await instance.createProject();
  await instance.record(project);
  await instance.sequencer.run();
  await instance.record(project);
  await other.sequencer.run();
  expect(await instance.trail()).toHaveLength(1);

  await instance.sequencer.run();
  expect(await instance.trail()).toHaveLength(2);
});

it('points its head to the newest entry', async () => {
  const project = await instance.createProject();
  await instance.record(project, 3);
  await instance.sequencer.run();

  const heads = await instance.database.rows(ctx, auditHeadRows).find();
  const newest = (await instance.trail()).at(-1)!;
  expect(heads).toEqual([{ name: 'log', sequence: 3, hash: newest.hash }]);
});

it('appends soon after commits, those that come together at once, and nothing once it is stopped', async () => {
  const project = await instance.createProject();
  const append = jest.spyOn(instance.audit, 'append');
  instance.sequencer.onApplicationBootstrap();
  await Promise.all([instance.record(project), instance.record(project)]);
  await until(
    () => instance.trail(),
    (trail) => trail.length > 0,
  );
  expect(await instance.trail()).toHaveLength(2);
  expect(append).toHaveBeenCalledTimes(1);

  await instance.sequencer.onApplicationShutdown();
  await instance.record(project);
  await instance.sequencer.run();
  expect(await instance.trail()).toHaveLength(2);
});

it('logs a failure once, goes on when it is over, and says so', async () => {
  const project = await instance.createProject();
  await instance.record(project);
  const append = jest
    .spyOn(instance.audit, 'append')
    .mockRejectedValueOnce(new Error('the disk is full'))
    .mockRejectedValueOnce(new Error('the disk is full'));
  for (let round = 0; round < 4; round += 1) await instance.sequencer.run();

  expect(append).toHaveBeenCalledTimes(3);
  expect(await instance.trail()).toHaveLength(1);
  expect(instance.log.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    'the audit trail cannot be written',
    'the audit trail is written again',
  ]);
});

describe('a list of entries', () => {
  it('is narrowed by project, type, actor, subject and time', async () => {
    const project = await instance.createProject();
    const other = await instance.createProject();
    await instance.record(project, 2, 'support/triage');
    await instance.record(other, 2, 'résumé 王');
    await instance.sequencer.run();
    const trail = await instance.trail();
    const times = trail.map(({ at }) => Date.parse(at));
    const [first, last] = [Math.min(...times), Math.max(...times)];
    const count = async (filter: Parameters<AuditRepository['list']>[1]) =>
      (await instance.audit.list(ctx, filter, everything)).items.length;

    expect(await count({ projectId: project })).toBe(2);
    expect(await count({ projectId: project, type: 'label.moved' })).toBe(1);
    expect(await count({ type: 'label.moved' })).toBe(2);
    expect(await count({ actorId: userId })).toBe(4);
    expect(await count({ actorId: 'nobody' })).toBe(0);
    expect(await count({ subject: 'support/triage' })).toBe(2);
    expect(await count({ subject: 'prompt-14' })).toBe(2);
    expect(await count({ subject: 'résumé 王' })).toBe(2);
    expect(await count({ subject: 'RÉSUMÉ 王' })).toBe(0);
    expect(await count({ sinceMs: first })).toBe(4);
    expect(await count({ sinceMs: last + 1 })).toBe(0);
    expect(await count({ untilMs: first })).toBe(0);
    expect(await count({ untilMs: last + 1 })).toBe(4);
  });

  it('is paged newest first, with the total over all pages', async () => {
    const project = await instance.createProject();
    await instance.record(project, 5);
    await instance.sequencer.run();
    const seen: number[] = [];
    let after: readonly (string | number)[] | undefined;
    do {
      const page = await instance.audit.list(ctx, {}, { limit: 2, after, total: true });
      expect(page.total).toBe(5);
      seen.push(...page.items.map(({ sequence }) => sequence));
      after = page.next;
    } while (after);
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });
});
