import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { hashOf } from '../../src/audit/audit-entry.js';
import { AuditRepository } from '../../src/audit/audit.repository.js';
import { CheckpointExporter } from '../../src/audit/checkpoints/checkpoint-exporter.js';
import { CheckpointWriter } from '../../src/audit/checkpoints/checkpoint-writer.js';
import { type AuditEntry, AuditSequencer } from '../../src/audit/index.js';
import type { AuditCheckpoint } from '../../src/audit/verification.js';
import { runCli } from '../../src/cli/program.js';
import { systemContext } from '../../src/platform/authorization/index.js';
import { AuditTampering } from '../support/audit-tampering.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { until } from '../support/until.js';

jest.setTimeout(60_000);

const ctx = systemContext('test');
let directory: string;
let database: FreshDatabase;
let app: FreshApplication;
let attack: AuditTampering;
let sequencer: AuditSequencer;
let signHead: () => Promise<void>;
let exportAll: () => Promise<void>;
let receiver: Server;
const received: AuditCheckpoint[] = [];

const fileOf = (name: string) => join(directory, name);
const evidence = () => ['--checkpoints', fileOf('checkpoints'), '--keys', fileOf('keys.json')];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promptd-audit-'));
  database = await freshDatabase();
  app = await freshApplication({
    DATABASE_URL: database.url,
    PROMPTD_AUDIT_CHECKPOINT_FILE: fileOf('checkpoints'),
    PROMPTD_AUDIT_CHECKPOINT_URL: await receive(),
    PROMPTD_OUTBOUND_ALLOW: '127.0.0.1',
  });
  const { nest } = app.application;
  sequencer = nest.get(AuditSequencer);
  const writer = nest.get(CheckpointWriter, { strict: false });
  const exporter = nest.get(CheckpointExporter, { strict: false });
  signHead = writer.write.bind(writer, ctx, { now: true });
  exportAll = exporter.run.bind(exporter, ctx, new AbortController().signal);
  // What the timer does would come between the steps of a test.
  jest.spyOn(writer, 'write').mockResolvedValue();
  jest.spyOn(exporter, 'run').mockResolvedValue();
  for (const name of ['one', 'two', 'three']) {
    await app.asAdmin('post', '/v1/projects').send({ name }).expect(201);
    await checkpoint();
  }
  await app.asAdmin('post', '/v1/projects').send({ name: 'four' }).expect(201);
  await sequencer.run();
  const keys = await app.as(null, 'get', '/v1/keys').expect(200);
  await writeFile(fileOf('keys.json'), keys.text);
  attack = await AuditTampering.begin(database);
});

afterAll(async () => {
  await attack.raw.close();
  await app.close();
  receiver.close();
  await database.drop();
  await rm(directory, { recursive: true });
});

/** Listens for checkpoints, and answers where. */
async function receive(): Promise<string> {
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(JSON.parse(body) as AuditCheckpoint);
      response.writeHead(204).end();
    });
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/checkpoints`;
}

async function exported(): Promise<readonly AuditCheckpoint[]> {
  const lines = (await readFile(fileOf('checkpoints'), 'utf8').catch(() => '')).split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as AuditCheckpoint);
}

/** Brings the trail up to date, signs its head, and exports that. */
async function checkpoint(): Promise<void> {
  await sequencer.run();
  await signHead();
  await exportAll();
}

const verify = () => app.asAdmin('get', '/v1/audit/verify');

async function verified() {
  return (await verify().expect(200)).body;
}

async function trail(): Promise<readonly AuditEntry[]> {
  const { body } = await app.asAdmin('get', '/v1/audit?limit=200').expect(200);
  return (body.items as AuditEntry[]).toReversed();
}

async function checkpoints(): Promise<readonly AuditCheckpoint[]> {
  const { body } = await app.asAdmin('get', '/v1/audit/checkpoints?limit=200').expect(200);
  return (body.items as AuditCheckpoint[]).toReversed();
}

async function promptd(...args: readonly string[]) {
  const printed: string[] = [];
  const noted: string[] = [];
  const exitCode = await runCli(args, {
    env: { XDG_CONFIG_HOME: directory, PROMPTD_SERVER: app.url, PROMPTD_API_KEY: app.admin.token },
    terminal: {
      print: (line) => void printed.push(line),
      note: (line) => void noted.push(line),
      askSecret: async () => Promise.resolve(''),
      startProgress: () => ({ advance: () => undefined, end: () => undefined }),
    },
  });
  // An export is an event, which belongs to the trail before the next step.
  await sequencer.run();
  return { exitCode, printed, noted };
}

async function exportTo(path: string): Promise<readonly string[]> {
  const { printed } = await promptd('audit', 'export');
  await writeFile(path, printed.map((line) => `${line}\n`).join(''));
  return printed;
}

describe('a trail that nobody touched', () => {
  it('is whole, up to its newest entry and with all its checkpoints', async () => {
    const entries = await trail();
    const { sequence, hash } = entries.at(-1)!;
    expect(await verified()).toEqual({
      ok: true,
      entries: entries.length,
      head: { sequence, hash },
      checkpoints: (await checkpoints()).length,
      brokenAt: null,
      durationMs: expect.any(Number),
    });
  });

  it('has checkpoints that are listed newest first, and reach the file, the webhook and the log', async () => {
    const path = '/v1/audit/checkpoints';
    const { body } = await app.asAdmin('get', `${path}?limit=2&total=true`).expect(200);
    const cursor = String(body.nextCursor);
    const rest = await app.asAdmin('get', `${path}?limit=200&cursor=${cursor}`).expect(200);
    const listed: AuditCheckpoint[] = [...body.items, ...rest.body.items].toReversed();
    const logged = app.log
      .map((line) => JSON.parse(line) as { msg: string; checkpoint?: object })
      .filter(({ msg }) => msg === 'audit checkpoint');
    expect(await exported()).toEqual(listed);
    expect(received).toEqual(listed);
    expect(logged.map(({ checkpoint: shown }) => shown)).toEqual(listed);
    expect(body.total).toBe(listed.length);
    expect(listed.length).toBeGreaterThan(2);
    const entries = await trail();
    for (const { sequence, hash } of listed) expect(entries[sequence - 1]).toMatchObject({ hash });
  });

  it('is verified by the CLI, from the server and from files alone', async () => {
    const online = await promptd('audit', 'verify');
    expect(online).toMatchObject({ exitCode: 0, printed: [expect.stringContaining('is whole')] });
    expect(online.noted).toEqual([
      'without --checkpoints an end that was cut off may not show',
      'the keys are the server’s own: --keys pins saved ones',
    ]);

    const lines = await exportTo(fileOf('export'));
    const offline = await promptd('audit', 'verify', '--file', fileOf('export'), ...evidence());
    expect(offline).toMatchObject({ exitCode: 0, noted: [] });
    expect(offline.printed[0]).toContain(`${lines.length} entries`);
    expect(offline.printed[0]).toContain(`${(await checkpoints()).length} checkpoints`);
  });
});

it('lets no more than two verify at a time', async () => {
  const repository = app.application.nest.get(AuditRepository, { strict: false });
  const gate = Promise.withResolvers<number>();
  // Nobody else asks for this, and whoever appends to the trail would wait for ever behind it.
  const entered = jest.spyOn(repository, 'lastSequence').mockReturnValue(gate.promise);
  const running = [verify().expect(200), verify().expect(200)].map((each) => each.then());
  try {
    await until(
      async () => app.asAdmin('get', '/live').then(() => entered.mock.calls.length),
      (count) => count === 2,
    );
    const refused = await verify().expect(503);
    expect([refused.body.code, refused.headers['retry-after']]).toEqual(['overloaded', '10']);
  } finally {
    entered.mockRestore();
    gate.resolve(await repository.lastSequence(ctx));
    await Promise.all(running);
  }
  expect((await verified()).ok).toBe(true);
});

describe('an owner of the schema who drops the triggers', () => {
  beforeEach(async () => {
    await sequencer.run();
    await attack.remember();
  });
  afterEach(async () => {
    await attack.undo();
    expect((await verified()).ok).toBe(true);
  });

  const newest = 'WHERE sequence = (SELECT sequence FROM audit_head)';
  const beyondNumbers = '9100000000000000';
  const exchange = (a: number, b: number) => [
    `UPDATE audit_log SET sequence = 999999 WHERE sequence = ${a}`,
    `UPDATE audit_log SET sequence = ${a} WHERE sequence = ${b}`,
    `UPDATE audit_log SET sequence = ${b} WHERE sequence = 999999`,
  ];
  const edit = (change: string, where: string | number) =>
    `UPDATE audit_log SET ${change} ${typeof where === 'number' ? `WHERE sequence = ${where}` : where}`;

  it.each<[string, readonly string[], number | 'newest', string]>([
    ['changes who did it', [edit(`actor_name = 'eve'`, 3)], 3, 'edited'],
    ['changes what was done', [edit(`data = '{"a":1}'`, 4)], 4, 'edited'],
    ['makes an entry unreadable', [edit(`data = 'none'`, 4)], 4, 'edited'],
    ['makes a time absurd', [edit(`at = ${beyondNumbers}`, 5)], 5, 'edited'],
    ['changes a hash', [edit('hash = previous_hash', 2)], 2, 'edited'],
    ['changes the newest entry', [edit(`type = 'x'`, newest)], 'newest', 'edited'],
    ['deletes an entry', ['DELETE FROM audit_log WHERE sequence = 3'], 3, 'missing'],
    ['deletes the first ones', ['DELETE FROM audit_log WHERE sequence < 3'], 1, 'missing'],
    ['lets two change places', exchange(3, 5), 3, 'reordered'],
    ['changes the head', [`UPDATE audit_head SET hash = 'x'`], 'newest', 'head-mismatch'],
    ['sets the head back', ['UPDATE audit_head SET sequence = 6'], 7, 'head-mismatch'],
    ['deletes the head', ['DELETE FROM audit_head'], 1, 'head-mismatch'],
    [
      'moves a checkpoint in time',
      ['UPDATE audit_checkpoints SET at = at + 1'],
      0,
      'bad-checkpoint-signature',
    ],
    [
      'signs with a key of their own',
      [`UPDATE audit_checkpoints SET key_id = 'x'`],
      0,
      'unknown-checkpoint-key',
    ],
  ])('and %s is found out', async (_deed, statements, place, reason) => {
    const length = (await trail()).length;
    const signed = (await checkpoints())[0]!.sequence;
    const sequence = place === 'newest' ? length : place === 0 ? signed : place;
    await attack.run(...statements);
    expect(await verified()).toMatchObject({ ok: false, brokenAt: { sequence, reason } });
    if (reason === 'head-mismatch') return;
    const cli = await promptd('audit', 'verify');
    expect(cli).toEqual({
      exitCode: 1,
      printed: [],
      noted: [
        expect.stringMatching(`^error: audit entry ${sequence} is broken \\(${reason}\\): [^.]+$`),
      ],
    });
  });

  it('and makes all hashes anew is found out by the next checkpoint', async () => {
    await attack.rewrite(await trail(), 3);
    const { sequence } = (await checkpoints()).find((each) => each.sequence >= 3)!;
    expect((await verified()).brokenAt).toMatchObject({ sequence, reason: 'rewritten' });
  });

  it('and cuts off the end is found out by a checkpoint', async () => {
    const { sequence } = (await checkpoints()).at(-1)!;
    const last = (await trail())[sequence - 3]!;
    await attack.truncateAfter(last);
    expect((await verified()).brokenAt).toMatchObject({
      sequence: last.sequence + 1,
      reason: 'truncated',
    });
  });

  it('and cuts off the end with its checkpoints fools the server, and not the exported ones', async () => {
    const { sequence } = (await checkpoints()).at(-1)!;
    const last = (await trail())[sequence - 4]!;
    await attack.truncateAfter(last);
    await attack.deleteCheckpointsAfter(last);
    expect(await verified()).toMatchObject({ ok: true, entries: last.sequence });

    const { exitCode, noted } = await promptd('audit', 'verify', ...evidence());
    expect(exitCode).toBe(1);
    expect(noted).toEqual([
      expect.stringMatching(
        /^error: audit entry \d+ is broken \((?:truncated|rewritten|missing)\)/,
      ),
    ]);
  });
});

describe('an export that somebody changed', () => {
  it.each<[string, (lines: string[]) => string[], number, string]>([
    ['a word', (lines) => lines.with(2, lines[2]!.replace('"ip":', '"IP":')), 3, 'edited'],
    ['half a line', (lines) => lines.with(3, lines[3]!.slice(0, 20)), 4, 'edited'],
    ['the order', (lines) => lines.with(1, lines[2]!).with(2, lines[1]!), 2, 'reordered'],
    ['a line less', (lines) => lines.toSpliced(4, 1), 5, 'missing'],
    ['the end', (lines) => lines.slice(0, 3), 4, 'truncated'],
  ])('is found out: %s', async (_change, change, sequence, reason) => {
    const lines = await exportTo(fileOf('export'));
    await writeFile(fileOf('changed'), change([...lines]).join('\n'));
    const { exitCode, noted } = await promptd(
      'audit',
      'verify',
      '--file',
      fileOf('changed'),
      ...evidence(),
    );
    expect(exitCode).toBe(1);
    expect(noted).toEqual([
      expect.stringContaining(`audit entry ${sequence} is broken (${reason})`),
    ]);
  });

  it('and chained anew is called whole by nobody without checkpoints', async () => {
    const lines = await exportTo(fileOf('export'));
    let previousHash = '';
    const forged = lines.map((line, index) => {
      const { hash, ...facts } = JSON.parse(line) as AuditEntry;
      if (index < 3) previousHash = facts.previousHash;
      const requestId = index === 3 ? 'forged' : facts.requestId;
      const entry = { ...facts, requestId, previousHash };
      previousHash = index < 3 ? hash : hashOf(entry);
      return JSON.stringify({ ...entry, hash: previousHash });
    });
    await writeFile(fileOf('forged'), forged.join('\n'));
    const check = (...args: readonly string[]) =>
      promptd('audit', 'verify', '--file', fileOf('forged'), ...args);

    for (const args of [[], ['--keys', fileOf('keys.json')]]) {
      const { exitCode, printed } = await check(...args);
      expect(exitCode).toBe(0);
      expect(printed).toEqual([
        expect.stringMatching(
          /^the chain .+ is consistent in itself: .+ nothing signed was compared/,
        ),
      ]);
      expect(printed[0]).not.toContain('whole');
    }
    expect(await check(...evidence())).toMatchObject({
      exitCode: 1,
      noted: [expect.stringContaining('(rewritten)')],
    });
  });

  it('cannot be checked with files that are not there or say nothing', async () => {
    await exportTo(fileOf('export'));
    await writeFile(fileOf('nothing'), 'not a checkpoint\n');
    const ends = async (...args: readonly string[]) => {
      const { exitCode, noted } = await promptd(
        'audit',
        'verify',
        '--file',
        fileOf('export'),
        ...args,
      );
      return [exitCode, noted.at(-1)];
    };
    expect(await ends('--checkpoints', fileOf('checkpoints'))).toEqual([
      1,
      'error: --file with --checkpoints needs --keys, since nothing is fetched',
    ]);
    expect(await ends(...evidence(), '--checkpoints', fileOf('nothing'))).toEqual([
      1,
      `error: ${fileOf('nothing')} holds no checkpoint`,
    ]);
    expect(await ends(...evidence(), '--checkpoints', '')).toEqual([
      1,
      expect.stringMatching(/^error: /),
    ]);
    expect(await ends(...evidence(), '--checkpoints', fileOf('absent'))).toEqual([
      1,
      `error: ${fileOf('absent')} cannot be read: ENOENT`,
    ]);
  });
});
