import fc from 'fast-check';
import type { Principal } from '../authorization/index.js';
import { idempotencyKeyHash, parseIdempotencyKey } from './idempotency-key.js';

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 255,
});

describe('an Idempotency-Key', () => {
  it('is any text of 1 to 255 visible ASCII characters, quoted or not', () => {
    fc.assert(
      fc.property(visible, (text) => {
        expect(parseIdempotencyKey(text)).toBe(text);
      }),
    );
    expect(parseIdempotencyKey('"8e03978e-40d5-43e8-bc93-6894a57f9324"')).toHaveLength(38);
  });

  it.each([
    ['empty', ''],
    ['of 256 characters', 'k'.repeat(256)],
    ['with a space', 'a b'],
    ['sent twice, which arrives joined', 'a, a'],
    ['with a tab', 'a\tb'],
    ['with a control character', 'a\u0001'],
    ['with an accent, which arrives as Latin-1', 'cl\u00e9'],
    ['with what only looks like a letter', '\u0430'],
  ])('is refused when it is %s', (_, text) => {
    expect(() => parseIdempotencyKey(text)).toThrow(
      expect.objectContaining({
        code: 'validation-failed',
        errors: [expect.objectContaining({ pointer: '/Idempotency-Key', code: 'invalid-header' })],
      }),
    );
  });
});

describe('the hash that a key is kept under', () => {
  const user: Principal = {
    kind: 'user',
    id: 'a',
    name: 'ann',
    sessionId: 's',
    instanceAdmin: false,
    mustChangePassword: false,
  };
  const key: Principal = {
    kind: 'key',
    id: 'a',
    name: 'ann',
    projectId: 'p',
    verbs: [],
    prompts: [],
    labels: [],
  };
  const route = { method: 'POST', path: '/v1/projects' };

  it('is another for every caller, kind of caller, method, route and key', () => {
    const hashes = [
      idempotencyKeyHash(user, route, 'k'),
      idempotencyKeyHash({ ...user, id: 'b' }, route, 'k'),
      idempotencyKeyHash(key, route, 'k'),
      idempotencyKeyHash(user, { ...route, method: 'PUT' }, 'k'),
      idempotencyKeyHash(user, { ...route, path: '/v1/users' }, 'k'),
      idempotencyKeyHash(user, route, 'K'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('stays the same when the caller signs in again or is renamed', () => {
    expect(idempotencyKeyHash({ ...user, sessionId: 't', name: 'anna' }, route, 'k')).toBe(
      idempotencyKeyHash(user, route, 'k'),
    );
  });
});
