import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Config } from '../config/index.js';
import { RequestFingerprint } from './request-fingerprint.js';

const fingerprint = (secret: number, ...old: readonly number[]) =>
  new RequestFingerprint({
    secretKey: Buffer.alloc(32, secret),
    secretKeysOld: old.map((byte) => Buffer.alloc(32, byte)),
  } as unknown as Config);

const url = '/v1/users?x=1';
const body = { username: 'ann', password: 'correct horse' };

it('knows the request again, whatever the order of the keys in its body', () => {
  const reordered = { password: 'correct horse', username: 'ann' };
  expect(fingerprint(1).matches({ url, body: reordered }, fingerprint(1).of({ url, body }))).toBe(
    true,
  );
});

it('takes two requests for the same one only when path, query and body are the same', () => {
  const one = fingerprint(1);
  const parts = {
    url: fc.constantFrom('/a', '/a?x=1', '/b'),
    body: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  };
  const part = fc.record(parts, { noNullPrototype: true });
  fc.assert(
    fc.property(part, part, (left, right) => {
      expect(one.matches(right, one.of(left))).toBe(isDeepStrictEqual(left, right));
    }),
  );
});

it('takes no body for null, which no route does either', () => {
  expect(fingerprint(1).of({ url, body: undefined })).toBe(fingerprint(1).of({ url, body: null }));
});

it('cannot be made without the secret key', () => {
  const text = '["/v1/users?x=1",{"password":"correct horse","username":"ann"}]';
  const made = fingerprint(1).of({ url, body });
  expect(made).toMatch(/^[0-9a-f]{64}$/);
  expect(made).not.toBe(createHash('sha256').update(text).digest('hex'));
  expect(made).not.toBe(fingerprint(2).of({ url, body }));
});

it('is known on both sides while the secret key is being changed', () => {
  const before = fingerprint(1, 2);
  const after = fingerprint(2, 1);
  expect(after.matches({ url, body }, before.of({ url, body }))).toBe(true);
  expect(before.matches({ url, body }, after.of({ url, body }))).toBe(true);
  expect(fingerprint(2).matches({ url, body }, before.of({ url, body }))).toBe(false);
});
