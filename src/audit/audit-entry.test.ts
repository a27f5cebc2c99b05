import fc from 'fast-check';
import { chain, hashOf } from './audit-entry.js';
import { someEvents } from './some-trail.fake.js';
import { emptyTrail } from './verification.js';

it('makes the same chain however the events were split into batches', () => {
  const places = fc
    .integer({ min: 1, max: 12 })
    .chain((length) => fc.tuple(fc.constant(someEvents(length)), fc.nat({ max: length })));
  fc.assert(
    fc.property(places, ([events, cut]) => {
      const whole = chain(emptyTrail, events);
      const first = chain(emptyTrail, events.slice(0, cut));
      const rest = chain(first.at(-1) ?? emptyTrail, events.slice(cut));
      expect([...first, ...rest]).toEqual(whole);
    }),
  );
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
