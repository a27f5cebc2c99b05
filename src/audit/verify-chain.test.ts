import fc from 'fast-check';
import { type RecordedEvent } from '../platform/events/index.js';
import { type AuditEntry, chain, emptyTrail, hashOf } from './audit-entry.js';
import { verifyChain } from './verify-chain.js';

function event(revision: number): RecordedEvent {
  return {
    type: 'prompt.version.published',
    projectId: '01890000-0000-7000-8000-000000000001',
    revision,
    position: 0,
    atMs: 1_700_000_000_000 + revision,
    actor: { kind: 'user', id: '01890000-0000-7000-8000-000000000002', name: 'ada' },
    requestId: 'request-1',
    origin: { ip: null, userAgent: null },
    subject: { type: 'prompt', id: '01890000-0000-7000-8000-000000000003', name: 'greeting' },
    data: { version: '1.0.0' },
  };
}

const trailOf = (length: number): readonly AuditEntry[] =>
  chain(
    emptyTrail,
    Array.from({ length }, (_, index) => event(index + 1)),
  );
const trails = fc.integer({ min: 1, max: 12 }).map(trailOf);
/** A trail and one place in it. */
const places = trails.chain((trail) =>
  fc.tuple(fc.constant(trail), fc.nat({ max: trail.length - 1 })),
);

it('finds nothing in a trail as it was appended, in one piece or in two', () => {
  fc.assert(
    fc.property(places, ([trail, cut]) => {
      const middle = trail[cut]!;
      expect(verifyChain(trail)).toBeUndefined();
      expect(verifyChain(trail.slice(0, cut + 1))).toBeUndefined();
      expect(verifyChain(trail.slice(cut + 1), middle)).toBeUndefined();
    }),
  );
});

it('is the same chain however the events were split into batches', () => {
  fc.assert(
    fc.property(places, ([trail, cut]) => {
      const rest = trail.slice(cut + 1).map(({ revision }) => event(revision));
      expect(chain(trail[cut]!, rest)).toEqual(trail.slice(cut + 1));
    }),
  );
});

const changes: Readonly<Record<string, (entry: AuditEntry) => AuditEntry>> = {
  type: (entry) => ({ ...entry, type: 'prompt.archived' }),
  at: (entry) => ({ ...entry, at: '2020-01-01T00:00:00.000Z' }),
  project: (entry) => ({ ...entry, projectId: null }),
  revision: (entry) => ({ ...entry, revision: entry.revision + 1 }),
  position: (entry) => ({ ...entry, position: 1 }),
  actor: (entry) => ({ ...entry, actor: { ...entry.actor, name: 'eve' } }),
  requestId: (entry) => ({ ...entry, requestId: 'request-2' }),
  ip: (entry) => ({ ...entry, ip: '203.0.113.7' }),
  userAgent: (entry) => ({ ...entry, userAgent: '' }),
  subject: (entry) => ({ ...entry, subject: { ...entry.subject, id: '' } }),
  before: (entry) => ({ ...entry, before: entry.hash }),
  after: (entry) => ({ ...entry, after: entry.hash }),
  data: (entry) => ({ ...entry, data: {} }),
};

it.each(Object.entries(changes))('names the entry whose %s was altered', (_field, change) => {
  fc.assert(
    fc.property(places, ([trail, place]) => {
      const altered = trail.with(place, change(trail[place]!));
      expect(verifyChain(altered)).toEqual({ sequence: place + 1, reason: 'altered' });
    }),
  );
});

it('names the entry after one that was altered and hashed again', () => {
  const trail = trailOf(3);
  const { hash, ...facts } = changes.actor!(trail[1]!);
  expect(hashOf(facts)).not.toBe(hash);
  const forged = trail.with(1, { ...facts, hash: hashOf(facts) });
  expect(verifyChain(forged)).toEqual({ sequence: 3, reason: 'unlinked' });
});

it('names the entry after one that is missing, and the first of two that changed places', () => {
  const [first, second, third] = trailOf(3) as [AuditEntry, AuditEntry, AuditEntry];
  expect(verifyChain([first, third])).toEqual({ sequence: 3, reason: 'gap' });
  expect(verifyChain([second, third])).toEqual({ sequence: 2, reason: 'gap' });
  expect(verifyChain([first, third, second])).toEqual({ sequence: 3, reason: 'gap' });
});

it('hashes the documented text', () => {
  const facts = {
    sequence: 1,
    at: '2026-01-31T12:00:00.000Z',
    type: 'user.created',
    projectId: null,
    revision: 1,
    position: 0,
    actor: { kind: 'system' as const, id: null, name: 'first-start' },
    requestId: 'system:first-start',
    ip: null,
    userAgent: null,
    subject: { type: 'user', id: 'u1', name: 'admin' },
    before: null,
    after: null,
    data: {},
    previousHash: emptyTrail.hash,
  };
  // printf '%s' TEXT | sha256sum
  expect(hashOf(facts)).toBe(
    'sha256:ee4cf68a4c7119b426981b7930a011f1a7f716109aef2d83196273c80f6d62c7',
  );
});
