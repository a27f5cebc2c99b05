import { generateKeyPairSync } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import nacl from 'tweetnacl';
import { signerKeyOf } from './signer-key.js';

const text = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');
const faultOf = (key: string) => {
  const found = signerKeyOf(key);
  return typeof found === 'string' ? found : undefined;
};

/** Every point of order 1, 2, 4 and 8, as RFC 8032 writes it. */
const smallOrder = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
];

/** The same kind of points in other spellings, which lax decoders take. */
const nonCanonical = [
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
];

it('takes the keys that are made, and names them as the rest of the program does', () => {
  for (let round = 0; round < 20; round += 1) {
    const { publicKey } = generateKeyPairSync('ed25519');
    const { x = '' } = publicKey.export({ format: 'jwk' });
    expect(signerKeyOf(x)).toMatchObject({ text: x, keyId: expect.stringMatching(/^[\w-]{43}$/) });
  }
});

it.each(smallOrder)('refuses the point of small order %s', (hex) => {
  expect(faultOf(text(hex))).toBe('small-order');
});

it('would otherwise be lied to: tweetnacl takes one signature of such a key for any message', () => {
  const [identity = ''] = smallOrder;
  const key = Buffer.from(identity, 'hex');
  const forged = Buffer.concat([key, Buffer.alloc(32)]);
  for (const message of ['anything', 'at all']) {
    const taken = nacl.sign.detached.verify(
      Uint8Array.from(Buffer.from(message)),
      Uint8Array.from(forged),
      Uint8Array.from(key),
    );
    expect(taken).toBe(true);
  }
});

it.each(nonCanonical)('refuses the spelling %s', (hex) => {
  expect(faultOf(text(hex))).toBe('non-canonical');
});

it('refuses an honest key with a part of small order in it', () => {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const honest = ed25519.Point.fromBytes(Buffer.from(x, 'base64url'));
  for (const hex of smallOrder.slice(1)) {
    const mixed = honest.add(ed25519.Point.fromHex(hex)).toBytes();
    expect(faultOf(Buffer.from(mixed).toString('base64url'))).toBe('mixed-order');
  }
});

it('refuses a number that is no point of the curve', () => {
  expect(faultOf(text(`02${'00'.repeat(31)}`))).toBe('non-canonical');
});

it.each([0, 1, 31, 33, 64])('refuses %i bytes', (length) => {
  expect(faultOf(Buffer.alloc(length, 1).toString('base64url'))).toBe('wrong-length');
});

it('takes one spelling of a key and no other', () => {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  // The last character carries two bits that decoders ignore.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(x.at(-1) ?? '');
  const stray = x.slice(0, -1) + (alphabet[last ^ 1] ?? '');
  for (const other of [`${x}=`, ` ${x}`, `${x}\n`, `${x.slice(0, 5)}!${x.slice(5)}`, stray]) {
    expect(faultOf(other)).toBe('non-canonical');
  }
});

it('answers a fault or a key for whatever it is given', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const found = signerKeyOf(Buffer.from(bytes).toString('base64url'));
      if (typeof found === 'string') return;
      expect(Buffer.from(found.bytes)).toEqual(Buffer.from(bytes));
    }),
  );
});
