import { verify } from 'node:crypto';
import { keyRingFromSeed } from '../../platform/crypto/index.js';
import { signVersion } from './version-signature.js';

const key = keyRingFromSeed(Buffer.alloc(32, 7)).version;
const signed = {
  project: 'acme',
  name: 'support/triage',
  version: '1.4.0',
  ordinal: 7,
  digest: `sha256:${'ab'.repeat(32)}`,
};

/** As somebody without this program would write it down. */
const text =
  'promptd/version-sig/v1\0' +
  `{"digest":"sha256:${'ab'.repeat(32)}","name":"support/triage","ordinal":7,` +
  '"project":"acme","version":"1.4.0"}';

const isSigned = (bytes: string, value: string) =>
  verify(null, Buffer.from(bytes), key.publicKey, Buffer.from(value, 'base64'));

describe('the signature of a version', () => {
  it('is checked with nothing but the public key and what the version shows', () => {
    const signature = signVersion(signed, key);
    expect(signature).toMatchObject({ keyId: key.keyId, alg: 'ed25519' });
    expect(isSigned(text, signature.value)).toBe(true);
  });

  it.each([
    ['prefix', 'version-sig', 'token'],
    ['digest', 'abab', 'abac'],
    ['name', 'triage', 'summary'],
    ['ordinal', ':7', ':8'],
    ['project', 'acme', 'other'],
    ['version', '1.4.0', '1.4.1'],
  ])('does not hold for another %s', (_part, from, to) => {
    const { value } = signVersion(signed, key);
    const other = text.replace(from, to);
    expect(other).not.toBe(text);
    expect(isSigned(other, value)).toBe(false);
  });
});
