import fc from 'fast-check';
import { KeyEncryptionKeys } from './key-encryption-keys.js';
import { DamagedSecret, SecretBox, UnknownSecretKey } from './secret-box.js';
import type { SecretPlace } from './secret-place.js';

const first = Buffer.alloc(32, 1);
const second = Buffer.alloc(32, 2);
const boxOf = (current: Buffer, ...old: readonly Buffer[]) =>
  new SecretBox(new KeyEncryptionKeys(current, old));
const box = boxOf(first);

const place: SecretPlace = { table: 'credentials', row: 'row-1', project: 'p-1', field: 'secret' };
const secret = 'sk-4711-correct-horse-battery';

const anyText = fc.string({ unit: 'binary', maxLength: 200 });
const anyPlace: fc.Arbitrary<SecretPlace> = fc.record({
  table: anyText,
  row: anyText,
  project: fc.option(anyText),
  field: anyText,
});

/** What it throws, which must be of this program and must not show the secret. */
function failureOf(open: () => unknown, text = secret): Error {
  try {
    open();
  } catch (error) {
    if (!(error instanceof DamagedSecret) && !(error instanceof UnknownSecretKey)) throw error;
    const shown = `${error.message} ${String(error.stack)} ${JSON.stringify(error)}`;
    expect(shown).not.toContain(text);
    expect(error.cause).toBeUndefined();
    return error;
  }
  throw new Error('it opened');
}

const partsOf = (sealed: string) => sealed.split('.') as [string, string, string, string];

describe('a sealed secret', () => {
  it('opens to what it was, at its place, whatever text that is', () => {
    fc.assert(
      fc.property(anyPlace, anyText, (where, text) => {
        expect(box.open(where, box.seal(where, text))).toBe(text);
      }),
    );
  });

  it('never reads the same twice, and says its key', () => {
    const [one, other] = [box.seal(place, secret), box.seal(place, secret)].map(partsOf);
    expect(one?.slice(0, 2)).toEqual(['v1', box.keys.current.id]);
    expect(other?.slice(0, 2)).toEqual(['v1', box.keys.current.id]);
    expect(one?.[2]).not.toBe(other?.[2]);
    expect(one?.[3]).not.toBe(other?.[3]);
  });

  it('opens nowhere else', () => {
    fc.assert(
      fc.property(anyPlace, anyPlace, (where, elsewhere) => {
        fc.pre(JSON.stringify(where) !== JSON.stringify(elsewhere));
        const sealed = box.seal(where, secret);
        expect(failureOf(() => box.open(elsewhere, sealed))).toBeInstanceOf(DamagedSecret);
        expect(failureOf(() => box.rewrap(elsewhere, sealed))).toBeInstanceOf(DamagedSecret);
      }),
    );
  });

  it.each([
    { ...place, table: 'webhooks' },
    { ...place, row: 'row-2' },
    { ...place, project: 'p-2' },
    { ...place, project: null },
    { ...place, field: 'other' },
    // Without a form of its own the same characters would stand for another place.
    { ...place, table: 'credentialsr', row: 'ow-1' },
  ])('opens nowhere else: %j', (elsewhere) => {
    const sealed = box.seal(place, secret);
    expect(failureOf(() => box.open(elsewhere, sealed))).toBeInstanceOf(DamagedSecret);
  });

  it('opens no more when any bit of any of its bytes is another', () => {
    const sealed = Buffer.from(box.seal(place, secret));
    for (let index = 0; index < sealed.length; index += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(sealed);
        changed.writeUInt8(changed.readUInt8(index) ^ (1 << bit), index);
        failureOf(() => box.open(place, changed.toString('latin1')));
      }
    }
  });

  it('opens no more when it is cut off or goes on', () => {
    const sealed = box.seal(place, secret);
    for (let length = 0; length < sealed.length; length += 1) {
      failureOf(() => box.open(place, sealed.slice(0, length)));
      failureOf(() => box.open(place, sealed.slice(length + 1)));
    }
    for (const more of ['A', '=', '\n', '.', ' ', '.AAAA']) {
      failureOf(() => box.open(place, sealed + more));
    }
  });

  it('opens no more with a tag that is shorter, however well it matches', () => {
    const [version, keyId, wrapped, value] = partsOf(box.seal(place, secret));
    const cut = (part: string, bytes: number) =>
      Buffer.from(part, 'base64url').subarray(0, -bytes).toString('base64url');
    for (const bytes of [1, 4, 12, 15, 16]) {
      const short = [version, keyId, cut(wrapped, bytes), value].join('.');
      expect(failureOf(() => box.open(place, short))).toBeInstanceOf(DamagedSecret);
      const shorter = [version, keyId, wrapped, cut(value, bytes)].join('.');
      expect(failureOf(() => box.open(place, shorter))).toBeInstanceOf(DamagedSecret);
    }
  });

  it('opens no more with a part of another one, even of the same place', () => {
    const [version, keyId, wrapped, value] = partsOf(box.seal(place, secret));
    const [, , otherWrapped, otherValue] = partsOf(box.seal(place, secret));
    for (const mixed of [
      [version, keyId, otherWrapped, value],
      [version, keyId, wrapped, otherValue],
      [version, keyId, value, wrapped],
    ]) {
      expect(failureOf(() => box.open(place, mixed.join('.')))).toBeInstanceOf(DamagedSecret);
    }
  });

  it('names the key that is missing', () => {
    const failure = failureOf(() => boxOf(second).open(place, box.seal(place, secret)));
    expect(failure).toMatchObject({ keyId: box.keys.current.id });
    expect(failure).toBeInstanceOf(UnknownSecretKey);
  });

  it('does not open with another key that is said to be its own', () => {
    const other = boxOf(second);
    const [version, , wrapped, value] = partsOf(box.seal(place, secret));
    const forged = [version, other.keys.current.id, wrapped, value].join('.');
    expect(failureOf(() => other.open(place, forged))).toBeInstanceOf(DamagedSecret);
  });

  it.each(['', 'v1', 'v1...', secret, `v2.${'0'.repeat(16)}.AAAA.AAAA`, `v1.${secret}.AA.AA`])(
    'is not %j',
    (text) => {
      expect(failureOf(() => box.open(place, text))).toBeInstanceOf(DamagedSecret);
    },
  );

  it('is not made of what UTF-8 cannot hold', () => {
    expect(() => box.seal(place, 'half \ud83d')).toThrow('a secret must be well-formed Unicode');
  });
});

describe('another current key', () => {
  const both = boxOf(second, first);

  it('protects what is sealed from now on, while the old one still opens', () => {
    expect(both.open(place, box.seal(place, secret))).toBe(secret);
    expect(boxOf(second).open(place, both.seal(place, secret))).toBe(secret);
    expect(failureOf(() => box.open(place, both.seal(place, secret)))).toBeInstanceOf(
      UnknownSecretKey,
    );
  });

  it('takes over a secret without a change of its ciphertext, more than once too', () => {
    fc.assert(
      fc.property(anyPlace, anyText, (where, text) => {
        const sealed = box.seal(where, text);
        const moved = both.rewrap(where, both.rewrap(where, sealed));
        expect(boxOf(second).open(where, moved)).toBe(text);
        expect(partsOf(moved)[3]).toBe(partsOf(sealed)[3]);
        expect(partsOf(moved)[2]).not.toBe(partsOf(sealed)[2]);
      }),
    );
  });

  it('may be listed among the old ones', () => {
    const listed = boxOf(second, first, second);
    expect(listed.keys.current.id).toBe(both.keys.current.id);
    expect(listed.keys.oldIds).toEqual([box.keys.current.id]);
    expect(listed.open(place, both.seal(place, secret))).toBe(secret);
  });
});

describe('the id of a key', () => {
  it('is frozen, because stored secrets name it', () => {
    expect(box.keys.current.id).toBe('2937ea2adb72a8fe');
  });

  it('tells keys apart and holds nothing of them', () => {
    expect(boxOf(second).keys.current.id).not.toBe(box.keys.current.id);
    expect(box.keys.current.id).toMatch(/^[0-9a-f]{16}$/);
    expect(first.toString('hex')).not.toContain(box.keys.current.id);
  });

  it('is not made from a key of another length', () => {
    expect(() => boxOf(Buffer.alloc(31))).toThrow('a secret key must have 32 bytes');
  });
});

it('opens what this version of the format sealed before', () => {
  // Made by other code, from what the format says of itself.
  const stored = [
    'v1.2937ea2adb72a8fe',
    'AwMDAwMDAwMDAwMDYVioZVHzXv_Mh_8tUtP6dr1ZvRIrpAalhNuAbHIzmo-fPc1o69t5LQckGoy2IFJR',
    'BAQEBAQEBAQEBAQElNKVTdmEWgLlKxBAcTtYu6fFC5RtpOQ5CyLJx9mCaAODcCmBQMmmxCA0ukaI',
  ];
  expect(box.open(place, stored.join('.'))).toBe(secret);
});
