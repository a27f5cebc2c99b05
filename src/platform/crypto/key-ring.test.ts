import { sign, verify } from 'node:crypto';
import { keyPurposes, keyRingFromSeed, signingKeyFrom } from './key-ring.js';

const seed = Buffer.alloc(32, 7);

describe('the signing keys', () => {
  it('agree with the key and the thumbprint of RFC 8037, appendix A', () => {
    const key = signingKeyFrom(
      Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url'),
    );
    expect(key.publicKey.export({ format: 'jwk' })).toMatchObject({
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    });
    expect(key.keyId).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('are the same for the same seed, so that every instance signs alike', () => {
    const [first, second] = [keyRingFromSeed(seed), keyRingFromSeed(Buffer.from(seed))];
    const signature = sign(null, Buffer.from('x'), first.version.privateKey);
    expect(second.version.keyId).toBe(first.version.keyId);
    expect(verify(null, Buffer.from('x'), second.version.publicKey, signature)).toBe(true);
  });

  it('stay the same in later releases, or every token and signature would stop verifying', () => {
    const ring = keyRingFromSeed(seed);
    expect(keyPurposes.map((purpose) => ring[purpose].keyId)).toEqual([
      'mEY6T1lugMwfzvQEQDX8kueR7XW3vOZHIo38abQkUd4',
      '6tp7qi8Zve5ILqdlZlr5yof__P-2qQ0eNZkOo9WbxLI',
      'bTwPViA4pTmHdp5prbVk0gE1w4nKd2rBBgXa2EXCvhQ',
    ]);
  });

  it('differ by purpose, so a signature of one kind never passes as another', () => {
    const ring = keyRingFromSeed(seed);
    const signature = sign(null, Buffer.from('x'), ring['access-token'].privateKey);
    expect(new Set(keyPurposes.map((purpose) => ring[purpose].keyId)).size).toBe(3);
    expect(verify(null, Buffer.from('x'), ring.version.publicKey, signature)).toBe(false);
  });

  it('include those of other seeds for access tokens only, and without the half that signs', () => {
    const other = keyRingFromSeed(Buffer.alloc(32, 8))['access-token'];
    const ring = keyRingFromSeed(seed, [Buffer.alloc(32, 8)]);
    expect(ring.version.keyId).toBe(keyRingFromSeed(seed).version.keyId);
    expect(ring.otherAccessTokens).toEqual([{ keyId: other.keyId, publicKey: other.publicKey }]);
  });

  it.each([0, 16, 31, 33])('refuse a seed of %i bytes', (length) => {
    expect(() => keyRingFromSeed(Buffer.alloc(length))).toThrow('32 bytes');
    expect(() => keyRingFromSeed(seed, [Buffer.alloc(length)])).toThrow('32 bytes');
  });
});
