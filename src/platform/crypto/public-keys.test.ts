import { sign } from 'node:crypto';
import { keyRingFromSeed } from './key-ring.js';
import { publicKeyOf, publicKeysOf, type Signature, signatureFault } from './public-keys.js';

const ring = keyRingFromSeed(Buffer.alloc(32, 7));
const key = publicKeyOf(ring.version, 'version');
const signed = Buffer.from('what was signed');
const bytes = sign(null, signed, ring.version.privateKey);
const signature: Signature = {
  keyId: key.keyId,
  alg: 'ed25519',
  value: bytes.toString('base64'),
};
const fault = (value: string) => signatureFault({ ...signature, value }, signed, 'version', [key]);

/** The order of the group, little-endian (RFC 8032, 5.1). */
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The other S for which a lax verifier accepts the same signature. */
function malleated(): Buffer {
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
  const other = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return Buffer.concat([bytes.subarray(0, 32), other]);
}

describe('a signature', () => {
  it('holds for what was signed, by a key that is listed for this purpose', () => {
    expect(fault(signature.value)).toBeUndefined();
  });

  it('has one spelling: nothing beside the 88 characters of its base64 is accepted', () => {
    const last = signature.value.slice(0, -3);
    const spellings = [
      signature.value.replace(/=+$/, ''),
      `${signature.value}\n`,
      ` ${signature.value}`,
      `${signature.value}=`,
      // The last four bits of an 86th character stand for nothing.
      ...['B', 'P'].map((bit) => `${last}${nextOf(signature.value.at(-3)!, bit)}==`),
      bytes.toString('base64url'),
      bytes.toString('hex'),
      '',
    ];
    for (const spelling of spellings) {
      expect([spelling, fault(spelling)]).toEqual([spelling, 'bad-signature']);
    }
  });

  it('has one value: the same point with another scalar is refused', () => {
    expect(fault(malleated().toString('base64'))).toBe('bad-signature');
  });

  it.each([0, 32, 63, 65, 128])('is not %i bytes long', (length) => {
    const other = Buffer.concat([bytes, bytes]).subarray(0, length);
    expect(fault(other.toString('base64'))).toBe('bad-signature');
  });

  it('is not believed by a key that nobody listed', () => {
    expect(signatureFault(signature, signed, 'version', [])).toBe('unknown-key');
  });

  it('is not believed by a key that is listed under the id of another', () => {
    const own = keyRingFromSeed(Buffer.alloc(32, 8)).version;
    const value = sign(null, signed, own.privateKey).toString('base64');
    const posing = { ...publicKeyOf(own, 'version'), keyId: key.keyId };
    expect(signatureFault({ ...signature, value }, signed, 'version', [posing])).toBe(
      'unknown-key',
    );
    expect(signatureFault(signature, signed, 'version', [posing, key])).toBeUndefined();
  });

  it('is not believed by a key that signs something else', () => {
    const other = publicKeyOf(ring.version, 'audit-checkpoint');
    expect(signatureFault(signature, signed, 'version', [other])).toBe('wrong-purpose');
  });

  it.each(['', 'AAAA', 'not base64url', key.publicKey.slice(1)])(
    'is not believed by a key that is none: %j',
    (publicKey) => {
      const broken = { ...key, publicKey };
      expect(signatureFault(signature, signed, 'version', [broken])).toBe('unknown-key');
    },
  );
});

/** Another base64 digit that differs in bits which are cut off. */
function nextOf(digit: string, bit: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return alphabet[alphabet.indexOf(digit) | alphabet.indexOf(bit)]!;
}

describe('the document of keys', () => {
  it('is read as it is answered, without the keys of purposes that are not known', () => {
    const later = { ...key, purpose: 'plugin' };
    const more = { ...key, current: true };
    expect(publicKeysOf({ keys: [more, later, null, 'key', 7] })).toEqual([more]);
  });

  it.each([null, undefined, [], {}, { keys: {} }, 'keys', 7])('is not %j', (document) => {
    expect(publicKeysOf(document)).toBeUndefined();
  });
});
