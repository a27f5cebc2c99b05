import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { chain } from '../../src/audit/audit-entry.js';
import { AuditRepository } from '../../src/audit/audit.repository.js';
import { type AuditEntry, AuditSequencer } from '../../src/audit/index.js';
import { verifyTrail } from '../../src/audit/verification.js';
import { systemContext } from '../../src/platform/authorization/index.js';
import { canonicalJson, newId } from '../../src/platform/crypto/index.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import { OutboxRepository } from '../../src/platform/events/index.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { newMember, newProject } from '../support/people.js';

jest.setTimeout(60_000);

const ctx = systemContext('test');
let app: FreshApplication;
let acme: string;

beforeAll(async () => {
  app = await freshApplication();
  acme = await newProject(app, 'acme');
  await newProject(app, 'other');
  await app.application.nest.get(AuditSequencer).run();
});

afterAll(() => app.close());

async function exported(path: string, token = app.admin.token): Promise<readonly AuditEntry[]> {
  const answer = await app
    .as(token, 'get', path)
    .buffer(true)
    .parse((response, done) => {
      void text(response as unknown as IncomingMessage).then((body) => {
        done(null, body);
      });
    })
    .expect(200);
  expect(answer.headers['content-type']).toBe('application/x-ndjson');
  const lines = String(answer.body).split('\n');
  expect(lines.pop()).toBe('');
  const entries = lines.map((line) => JSON.parse(line) as AuditEntry);
  expect(entries.map((entry) => canonicalJson(entry))).toEqual(lines);
  return entries;
}

const flawIn = async (entries: readonly AuditEntry[]) =>
  (await verifyTrail([entries], { checkpoints: [], keys: [] })).brokenAt;

async function newestEntry(): Promise<AuditEntry> {
  await app.application.nest.get(AuditSequencer).run();
  return (await app.asAdmin('get', '/v1/audit?limit=1').expect(200)).body.items[0];
}

describe('an export', () => {
  it('is the whole trail, oldest first, from which anybody can make the hashes', async () => {
    const before = await newestEntry();
    const entries = await exported('/v1/audit/export');
    expect(entries.length).toBeGreaterThanOrEqual(before.sequence);
    expect(entries[before.sequence - 1]).toEqual(before);
    expect(await flawIn(entries)).toBeUndefined();
  });

  it('is itself an event, with what it was narrowed by', async () => {
    await exported('/v1/audit/export?type=project.created&since=2026-01-01T00:00:00Z');
    expect(await newestEntry()).toMatchObject({
      type: 'audit.exported',
      projectId: null,
      actor: { name: 'admin' },
      data: { type: 'project.created', since: '2026-01-01T00:00:00.000Z' },
    });
  });

  it('is narrowed as a list is', async () => {
    const created = await exported('/v1/audit/export?type=project.created&subject=acme');
    expect(created.map(({ type, subject }) => [type, subject.name])).toEqual([
      ['project.created', 'acme'],
    ]);
    expect(await exported(`/v1/audit/export?since=2100-01-01T00:00:00Z`)).toEqual([]);
    const { body } = await app.asAdmin('get', '/v1/audit/export?limit=3').expect(400);
    expect(body).toMatchObject({ code: 'validation-failed', errors: [{ pointer: '/limit' }] });
  });

  it('of a project is for its admins, has its entries alone, and is no event', async () => {
    const admin = await newMember(app, 'acme', 'admin');
    const before = await newestEntry();
    const entries = await exported('/v1/projects/acme/audit/export', admin.token);
    expect(new Set(entries.map(({ projectId }) => projectId))).toEqual(new Set([acme]));
    expect(entries.length).toBeGreaterThan(1);
    expect((await newestEntry()).sequence).toBe(before.sequence);
  });
});

describe('a long trail', () => {
  /** More than the buffers between two processes hold. */
  const LENGTH = 3_000;
  const BATCHES = LENGTH / 500;
  const note = 'x'.repeat(8_000);
  let entries: AuditRepository;

  beforeAll(async () => {
    const { nest } = app.application;
    entries = nest.get(AuditRepository, { strict: false });
    const long = await newProject(app, 'long');
    await nest.get(AuditSequencer).run();
    const known = await nest.get(OutboxRepository).listAfter(ctx, long, 0, 100);
    const events = Array.from({ length: LENGTH }, (_, index) => ({
      type: 'note.taken',
      projectId: long,
      revision: (known.at(-1)?.revision ?? 0) + 1 + index,
      position: 0,
      atMs: 1_790_000_000_000,
      actor: { kind: 'system' as const, id: null, name: 'test' },
      requestId: newId(),
      origin: { ip: null, userAgent: null },
      subject: { type: 'note', id: 'note', name: 'note' },
      data: { note },
    }));
    const added = chain(await entries.getHead(ctx), events);
    const unitOfWork = nest.get(UnitOfWork);
    for (let start = 0; start < LENGTH; start += 500) {
      await unitOfWork.run(ctx, (tx) => entries.append(tx, added.slice(start, start + 500)));
    }
  });

  async function opened(path: string): Promise<IncomingMessage> {
    const headers = { Authorization: `Bearer ${app.admin.token}` };
    const [answer] = (await once(get(app.url + path, { headers }), 'response')) as [
      IncomingMessage,
    ];
    await once(answer, 'readable');
    return answer;
  }

  /** Waits until no further batch is read for as long as twenty other requests take. */
  async function untilQuiet(reads: jest.SpyInstance): Promise<number> {
    for (;;) {
      const { length } = reads.mock.calls;
      for (let request = 0; request < 20; request += 1) await app.as(null, 'get', '/live');
      if (reads.mock.calls.length === length) return length;
    }
  }

  it('is read no faster than a slow reader takes it', async () => {
    const reads = jest.spyOn(entries, 'listRange');
    const answer = await opened('/v1/audit/export?type=note.taken');
    expect(await untilQuiet(reads)).toBeLessThan(BATCHES);
    const lines = (await text(answer)).trimEnd().split('\n');
    expect(lines).toHaveLength(LENGTH);
    expect(reads.mock.calls.length).toBeGreaterThanOrEqual(BATCHES);
    reads.mockRestore();
  });

  it('is read no further for a reader that went away', async () => {
    const reads = jest.spyOn(entries, 'listRange');
    const answer = await opened('/v1/projects/long/audit/export');
    answer.destroy();
    expect(await untilQuiet(reads)).toBeLessThan(BATCHES);
    reads.mockRestore();
  });

  it('is whole for whoever verifies it, and others are served meanwhile', async () => {
    const verifying = { ended: false, served: 0 };
    const verified = app
      .asAdmin('get', '/v1/audit/verify')
      .expect(200)
      .then(({ body }) => {
        verifying.ended = true;
        return body;
      });
    while (!verifying.ended) {
      await app.as(null, 'get', '/live').expect(200);
      verifying.served += 1;
    }
    expect(await verified).toMatchObject({ ok: true, brokenAt: null });
    expect(verifying.served).toBeGreaterThan(0);
  });
});
