import fc from 'fast-check';
import { keyRingFromSeed, publicKeyOf } from '../../platform/crypto/index.js';
import { type AuditEntry, hashOf } from '../audit-entry.js';
import { checkpointKey, checkpointOf, someTrail } from '../some-trail.fake.js';
import type { AuditCheckpoint } from './audit-checkpoint.js';
import { emptyTrail } from './chained-entry.js';
import { type TrailEvidence, verifyTrail } from './verify-trail.js';

const someKeys = [checkpointKey];
const nothing: TrailEvidence = { checkpoints: [], keys: someKeys };

/** A trail, a place in it, and how many entries are read at a time. */
const places = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 13 }))
  .chain(([length, batch]) =>
    fc.record({
      trail: fc.constant(someTrail(length)),
      place: fc.nat({ max: length - 1 }),
      batch: fc.constant(batch),
    }),
  );

function* inBatches(entries: readonly AuditEntry[], size: number) {
  for (let start = 0; start < entries.length; start += size)
    yield entries.slice(start, start + size);
}

async function verified(entries: readonly AuditEntry[], evidence = nothing, batch = 5) {
  const { brokenAt } = await verifyTrail(inBatches(entries, batch), evidence);
  return brokenAt && { sequence: brokenAt.sequence, reason: brokenAt.reason };
}

/** An entry as somebody would forge it who knows how the hash is made. */
function rehashed(entry: AuditEntry): AuditEntry {
  const { hash: _, ...facts } = entry;
  return { ...facts, hash: hashOf(facts) };
}

/** Everything from a place on is made again, so that the chain has no flaw. */
function rewritten(trail: readonly AuditEntry[], place: number): readonly AuditEntry[] {
  const forged = [...trail];
  for (let index = place; index < trail.length; index += 1) {
    const previousHash = (forged[index - 1] ?? emptyTrail).hash;
    const requestId = index === place ? 'forged' : trail[index]!.requestId;
    forged[index] = rehashed({ ...trail[index]!, previousHash, requestId });
  }
  return forged;
}

const without = (trail: readonly AuditEntry[], place: number) => trail.toSpliced(place, 1);

describe('a trail as it was appended', () => {
  it('is whole, with a checkpoint anywhere and whatever the size of the batches', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ({ trail, place, batch }) => {
        const { sequence, hash } = trail.at(-1)!;
        const checkpoint = checkpointOf(trail[place]!);
        const report = await verifyTrail(inBatches(trail, batch), {
          checkpoints: [checkpoint, checkpoint],
          keys: someKeys,
          head: { sequence, hash },
        });
        expect(report).toEqual({
          entries: trail.length,
          head: { sequence, hash },
          checkpoints: 2,
          brokenAt: undefined,
        });
      }),
    );
  });

  it('may be empty', async () => {
    const report = await verifyTrail([], { ...nothing, head: emptyTrail });
    expect(report).toEqual({ entries: 0, head: emptyTrail, checkpoints: 0, brokenAt: undefined });
  });
});

describe('an entry that was edited', () => {
  const changes: Readonly<Record<string, (entry: AuditEntry) => object>> = {
    type: () => ({ type: 'prompt.archived' }),
    at: () => ({ at: '2020-01-01T00:00:00.000Z' }),
    project: () => ({ projectId: null }),
    revision: ({ revision }) => ({ revision: revision + 1 }),
    position: () => ({ position: 1 }),
    actor: ({ actor }) => ({ actor: { ...actor, name: 'eve' } }),
    requestId: () => ({ requestId: 'request-2' }),
    ip: () => ({ ip: '203.0.113.7' }),
    userAgent: () => ({ userAgent: '' }),
    subject: ({ subject }) => ({ subject: { ...subject, id: '' } }),
    before: ({ hash }) => ({ before: hash }),
    after: ({ hash }) => ({ after: hash }),
    data: () => ({ data: { broken: '\ud83d' } }),
    previousHash: ({ hash }) => ({ previousHash: hash }),
    hash: ({ previousHash }) => ({ hash: previousHash }),
    'one more member': () => ({ note: 'nothing to see' }),
  };

  it.each(Object.entries(changes))('is named: %s', async (_field, change) => {
    await fc.assert(
      fc.asyncProperty(places, async ({ trail, place, batch }) => {
        const edited = trail.with(place, { ...trail[place]!, ...change(trail[place]!) });
        expect(await verified(edited, nothing, batch)).toEqual({
          sequence: place + 1,
          reason: 'edited',
        });
      }),
    );
  });

  it('and hashed again breaks the chain at the next one', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ({ trail, place, batch }) => {
        fc.pre(place < trail.length - 1);
        const edited = trail.with(place, rehashed({ ...trail[place]!, requestId: 'forged' }));
        expect(await verified(edited, nothing, batch)).toEqual({
          sequence: place + 2,
          reason: 'chain-broken',
        });
      }),
    );
  });

  it('and hashed again with all that follow is found by the next checkpoint', async () => {
    await fc.assert(
      fc.asyncProperty(places, fc.nat(), async ({ trail, place, batch }, seed) => {
        const later = place + (seed % (trail.length - place));
        const before = trail.slice(0, place).map(checkpointOf);
        const evidence = { ...nothing, checkpoints: [...before, checkpointOf(trail[later]!)] };
        const forged = rewritten(trail, place);
        expect(await verified(forged, nothing, batch)).toBeUndefined();
        expect(await verified(forged, evidence, batch)).toEqual({
          sequence: later + 1,
          reason: 'rewritten',
        });
      }),
    );
  });
});

describe('an entry that is gone', () => {
  it('is named', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ({ trail, place, batch }) => {
        fc.pre(place < trail.length - 1);
        expect(await verified(without(trail, place), nothing, batch)).toEqual({
          sequence: place + 1,
          reason: 'missing',
        });
      }),
    );
  });

  it('is named when those after it were numbered anew', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ({ trail, place, batch }) => {
        fc.pre(place < trail.length - 1);
        const closed = without(trail, place).map((entry, index) => ({
          ...entry,
          sequence: index + 1,
        }));
        expect(await verified(closed, nothing, batch)).toMatchObject({ sequence: place + 1 });
        expect(await verified(closed.map(rehashed), nothing, batch)).toEqual({
          sequence: place + 1,
          reason: 'chain-broken',
        });
      }),
    );
  });
});

describe('two entries that changed places', () => {
  const pairs = places
    .filter(({ trail, place }) => place < trail.length - 1)
    .chain(({ trail, place }) =>
      fc.record({
        trail: fc.constant(trail),
        place: fc.constant(place),
        other: fc.integer({ min: place + 1, max: trail.length - 1 }),
      }),
    );

  it('are named by the first, when the lines were moved', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async ({ trail, place, other }) => {
        const moved = trail.with(place, trail[other]!).with(other, trail[place]!);
        expect(await verified(moved, nothing, 12)).toEqual({
          sequence: place + 1,
          reason: 'reordered',
        });
        expect(await verified(moved, nothing, 1)).toMatchObject({ sequence: place + 1 });
      }),
    );
  });

  it('are named by the first, when their numbers were exchanged', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async ({ trail, place, other }) => {
        const exchanged = trail
          .with(place, { ...trail[other]!, sequence: place + 1 })
          .with(other, { ...trail[place]!, sequence: other + 1 });
        expect(await verified(exchanged, nothing, 12)).toEqual({
          sequence: place + 1,
          reason: 'reordered',
        });
        expect(await verified(exchanged, nothing, 1)).toEqual({
          sequence: place + 1,
          reason: 'edited',
        });
      }),
    );
  });

  it('are told from one that is there twice', async () => {
    const [first, second] = someTrail(2) as [AuditEntry, AuditEntry];
    expect(await verified([first, first, second])).toEqual({ sequence: 2, reason: 'reordered' });
  });
});

describe('a trail whose end was cut off', () => {
  it('is whole by itself, and is not against a checkpoint or the head', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ({ trail, place, batch }) => {
        const left = trail.slice(0, place);
        const { sequence, hash } = trail.at(-1)!;
        const checkpoints = [checkpointOf(trail.at(-1)!)];
        expect(await verified(left, nothing, batch)).toBeUndefined();
        expect(await verified(left, { ...nothing, checkpoints }, batch)).toEqual({
          sequence: place + 1,
          reason: 'truncated',
        });
        expect(await verified(left, { ...nothing, head: { sequence, hash } }, batch)).toEqual({
          sequence: place + 1,
          reason: 'head-mismatch',
        });
      }),
    );
  });

  it('is named although a forged checkpoint comes before the one that is signed', async () => {
    const trail = someTrail(4);
    const forged = { ...checkpointOf(trail[2]!), at: '2020-01-01T00:00:00.000Z' };
    const checkpoints = [forged, checkpointOf(trail[3]!)];
    expect(await verified(trail.slice(0, 2), { ...nothing, checkpoints })).toEqual({
      sequence: 3,
      reason: 'truncated',
    });
  });
});

it('names the entry where the recorded head is another one', async () => {
  const trail = someTrail(3);
  const { hash } = trail[0]!;
  const withHead = (sequence: number) => ({ ...nothing, head: { sequence, hash } });
  expect(await verified(trail, withHead(3))).toEqual({ sequence: 3, reason: 'head-mismatch' });
  expect(await verified(trail, withHead(1))).toEqual({ sequence: 2, reason: 'head-mismatch' });
});

describe('a checkpoint', () => {
  const trail = someTrail(3);
  const checkpoint = checkpointOf(trail[1]!);
  const { signature } = checkpoint;
  const other = keyRingFromSeed(Buffer.alloc(32, 2));
  const otherKey = publicKeyOf(other['audit-checkpoint'], 'audit-checkpoint');
  const flipped = `${signature.value.startsWith('A') ? 'B' : 'A'}${signature.value.slice(1)}`;
  const bad = 'bad-checkpoint-signature';
  const unknown = 'unknown-checkpoint-key';

  it.each<[string, AuditCheckpoint, string, typeof someKeys]>([
    ['another time', { ...checkpoint, at: '2020-01-01T00:00:00.000Z' }, bad, someKeys],
    ['another hash', { ...checkpoint, hash: trail[0]!.hash }, bad, someKeys],
    ['another sequence', { ...checkpoint, sequence: 3 }, bad, someKeys],
    ['no text to sign', { ...checkpoint, at: '\ud83d' }, bad, someKeys],
    ['another signature', signed({ value: flipped }), bad, someKeys],
    ['another spelling', signed({ value: signature.value.replace(/=+$/, '') }), bad, someKeys],
    ['the name of another key', signed({ keyId: otherKey.keyId }), bad, [checkpointKey, otherKey]],
    ['a key that nobody knows', checkpoint, unknown, [otherKey]],
    ['a key for something else', checkpoint, unknown, [{ ...checkpointKey, purpose: 'version' }]],
  ])('with %s is no evidence', async (_fault, forged, reason, keys) => {
    const evidence = { checkpoints: [forged], keys };
    expect(await verified(trail, evidence)).toEqual({ sequence: forged.sequence, reason });
    // Past the end of the trail too.
    expect(await verified(trail.slice(0, 1), evidence)).toMatchObject({ reason });
  });

  function signed(change: object): AuditCheckpoint {
    return { ...checkpoint, signature: { ...signature, ...change } };
  }
});
