import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { chain } from '../../src/audit/audit-entry.js';
import { AuditLease } from '../../src/audit/audit-lease.js';
import { AuditRepository } from '../../src/audit/audit.repository.js';
import { CheckpointFile } from '../../src/audit/checkpoints/checkpoint-file.js';
import { CheckpointWebhook } from '../../src/audit/checkpoints/checkpoint-webhook.js';
import { CheckpointWriter } from '../../src/audit/checkpoints/checkpoint-writer.js';
import { CheckpointsRepository } from '../../src/audit/checkpoints/checkpoints.repository.js';
import { someEvents } from '../../src/audit/some-trail.fake.js';
import type { AuditCheckpoint } from '../../src/audit/verification.js';
import { systemContext } from '../../src/platform/authorization/index.js';
import { keyRingFromSeed } from '../../src/platform/crypto/index.js';
import {
  Database,
  Leases,
  parseDatabaseUrl,
  UnitOfWork,
} from '../../src/platform/database/index.js';
import { OutboundHttp, parseAllowList } from '../../src/platform/outbound/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';

/** Longer than the lease of an instance that is gone. */
const LEASE_MS = 60_000;
const ctx = systemContext('test');
const { signal } = new AbortController();
const keys = keyRingFromSeed(Buffer.alloc(32, 1));

class SetClock extends Clock {
  now = 1_790_000_000_000;

  override nowMs(): number {
    return this.now;
  }
}

let directory: string;
let fresh: FreshDatabase;
let database: Database;
let unitOfWork: UnitOfWork;
let clock: SetClock;
let leases: Leases;
let audit: AuditRepository;
let checkpoints: CheckpointsRepository;
let log: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promptd-checkpoints-'));
  fresh = await freshDatabase();
  database = await Database.open({ address: parseDatabaseUrl(fresh.url)!, poolSize: 4 });
  unitOfWork = new UnitOfWork(database);
  clock = new SetClock();
  leases = new Leases(database, clock);
  audit = new AuditRepository(database);
  checkpoints = new CheckpointsRepository(database);
  log = [];
});

afterEach(async () => {
  await database.close();
  await fresh.drop();
  await rm(directory, { recursive: true });
});

const newWriter = () =>
  new CheckpointWriter(
    unitOfWork,
    new AuditLease(leases),
    audit,
    checkpoints,
    clock,
    keys,
    pino({ base: null }, { write: (line: string) => void log.push(line) }),
  );

/** Makes the trail so many entries long. */
async function growTo(length: number): Promise<void> {
  const head = await audit.getHead(ctx);
  const entries = chain(head, someEvents(length).slice(head.sequence));
  await unitOfWork.run(ctx, (tx) => audit.append(tx, entries));
}

/** A checkpoint at each of these entries. */
async function signAt(...lengths: readonly number[]): Promise<void> {
  const writer = newWriter();
  clock.now += LEASE_MS;
  for (const length of lengths) {
    await growTo(length);
    await writer.write(ctx, { now: true });
    expect(await checkpoints.findNewest(ctx)).toMatchObject({ sequence: length });
  }
}

const listed = () => checkpoints.listAfter(ctx, 0);
const sequences = async () => (await listed()).map(({ sequence }) => sequence);

describe('a checkpoint', () => {
  it('is signed for the first entries, and then after a thousand more or a minute', async () => {
    const writer = newWriter();
    const write = () => writer.write(ctx, { now: false });
    await write();
    expect(await sequences()).toEqual([]);
    await growTo(3);
    await write();
    expect(await sequences()).toEqual([3]);
    await growTo(1_002);
    await write();
    expect(await sequences()).toEqual([3]);
    await growTo(1_003);
    await write();
    expect(await sequences()).toEqual([3, 1_003]);
    await growTo(1_004);
    clock.now += 59_999;
    await write();
    expect(await sequences()).toEqual([3, 1_003]);
    clock.now += 1;
    await write();
    clock.now += 60_000;
    await write();
    expect(await sequences()).toEqual([3, 1_003, 1_004]);
    expect(log).toHaveLength(3);
  });

  it('is signed once by two who are told at the same time, and by the one that has the lease', async () => {
    const [first, second] = [newWriter(), newWriter()];
    await growTo(1);
    await Promise.all([first, second].map((writer) => writer.write(ctx, { now: true })));
    expect(await sequences()).toEqual([1]);
    await growTo(2);
    await second.write(ctx, { now: true });
    await first.write(ctx, { now: true });
    expect(await sequences()).toEqual([1, 2]);
    expect(log).toHaveLength(2);
  });
});

describe('the file of checkpoints', () => {
  const path = () => join(directory, 'checkpoints');
  const newFile = () => new CheckpointFile(path(), checkpoints);
  const lines = async () =>
    (await readFile(path(), 'utf8')).trimEnd().split('\n').map(checkpointIn);

  function checkpointIn(line: string): AuditCheckpoint | string {
    try {
      return JSON.parse(line) as AuditCheckpoint;
    } catch {
      return line;
    }
  }

  it('has a line for each, and is for its owner alone', async () => {
    const file = newFile();
    await file.catchUp(ctx, signal);
    await expect(stat(path())).rejects.toThrow('ENOENT');
    await signAt(1, 2, 3);
    await file.catchUp(ctx, signal);
    await signAt(4);
    await file.catchUp(ctx, signal);
    await file.catchUp(ctx, signal);
    expect(await lines()).toEqual(await listed());
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it('is completed by the next start, and written anew when it was lost', async () => {
    await signAt(1, 2);
    await newFile().catchUp(ctx, signal);
    await signAt(3, 4);
    const file = newFile();
    await file.catchUp(ctx, signal);
    expect(await lines()).toEqual(await listed());
    await rm(path());
    await signAt(5);
    await file.catchUp(ctx, signal);
    expect(await lines()).toEqual(await listed());
  });

  it('goes on after half a line, which it leaves where it is', async () => {
    await signAt(1, 2);
    await newFile().catchUp(ctx, signal);
    const whole = await readFile(path(), 'utf8');
    const torn = whole.slice(0, -30).split('\n')[1]!;
    await writeFile(path(), whole.slice(0, -30));
    await signAt(3);
    await newFile().catchUp(ctx, signal);
    const [first, ...rest] = await listed();
    expect(await lines()).toEqual([first, torn, ...rest]);
  });

  it('keeps what the database no longer has', async () => {
    await signAt(1);
    const [known] = await listed();
    await writeFile(path(), `${JSON.stringify({ ...known, sequence: 7 })}\n`);
    await newFile().catchUp(ctx, signal);
    expect(await lines()).toEqual([{ ...known, sequence: 7 }]);
  });

  it('is written from where it failed', async () => {
    await signAt(1);
    const file = new CheckpointFile(join(directory, 'absent', 'checkpoints'), checkpoints);
    await expect(file.catchUp(ctx, signal)).rejects.toThrow('ENOENT');
    expect(await sequences()).toEqual([1]);
  });
});

describe('the webhook for checkpoints', () => {
  let server: Server;
  let received: unknown[];
  let status: number;

  beforeEach(async () => {
    received = [];
    status = 204;
    server = createServer((request, response) => {
      void text(request).then((body) => {
        received.push([request.method, request.headers['content-type'], JSON.parse(body)]);
        response.writeHead(status).end();
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(() => {
    server.close();
  });

  const address = (path: string) => {
    const { port } = server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${path}`;
  };
  const newWebhook = (path = '/checkpoints', allowed = '127.0.0.1') => {
    const http = new OutboundHttp(parseAllowList(allowed)!);
    return new CheckpointWebhook(address(path), http, unitOfWork, leases, checkpoints);
  };
  const posted = async (...wanted: readonly number[]) =>
    (await listed())
      .filter(({ sequence }) => wanted.includes(sequence))
      .map((checkpoint) => ['POST', 'application/json', checkpoint]);

  it('is posted each of them once and in order', async () => {
    const webhook = newWebhook();
    await signAt(1, 2);
    await webhook.catchUp(ctx, signal);
    await signAt(3);
    await webhook.catchUp(ctx, signal);
    await webhook.catchUp(ctx, signal);
    expect(received).toEqual(await posted(1, 2, 3));
  });

  it('is posted again what it did not take, by the next instance too', async () => {
    await signAt(1, 2);
    status = 503;
    const webhook = newWebhook();
    await expect(webhook.catchUp(ctx, signal)).rejects.toThrow('answered 503');
    status = 200;
    clock.now += LEASE_MS;
    await newWebhook().catchUp(ctx, signal);
    expect(received).toEqual([...(await posted(1)), ...(await posted(1, 2))]);
  });

  it('is left to the instance that has begun', async () => {
    await signAt(1, 2);
    const first = newWebhook();
    const stopping = new AbortController();
    server.once('request', () => {
      stopping.abort();
    });
    await first.catchUp(ctx, stopping.signal);
    await newWebhook().catchUp(ctx, signal);
    expect(received).toEqual(await posted(1));
    await first.catchUp(ctx, signal);
    expect(received).toEqual(await posted(1, 2));
  });

  it('is posted everything at a new address, and nothing where it may not be', async () => {
    await signAt(1, 2);
    await newWebhook('/old').catchUp(ctx, signal);
    clock.now += LEASE_MS;
    await newWebhook('/new').catchUp(ctx, signal);
    expect(received).toEqual([...(await posted(1, 2)), ...(await posted(1, 2))]);
    clock.now += LEASE_MS;
    const refused = newWebhook('/inside', '192.0.2.1');
    await expect(refused.catchUp(ctx, signal)).rejects.toThrow('PROMPTD_OUTBOUND_ALLOW');
    expect(received).toHaveLength(4);
  });

  it('stops between two of them when it is told to', async () => {
    await signAt(1, 2);
    const stopping = new AbortController();
    server.once('request', () => {
      stopping.abort();
    });
    await newWebhook().catchUp(ctx, stopping.signal);
    expect(received).toEqual(await posted(1));
  });
});
