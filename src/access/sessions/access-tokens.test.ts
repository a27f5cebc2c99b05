import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { keyRingFromSeed } from '../../platform/crypto/index.js';
import { AccessTokens, accessTokenRules } from './access-tokens.js';

const ring = keyRingFromSeed(Buffer.alloc(32, 7));
const key = ring['access-token'];
const clock = { now: Date.parse('2027-01-01T00:00:00.500Z'), nowMs: () => clock.now };
const tokens = new AccessTokens(ring, clock);
const nowSeconds = Math.floor(clock.now / 1000);
const claims = { userId: 'u', sessionId: 's' };

const payload: JWTPayload = {
  iss: accessTokenRules.issuer,
  aud: accessTokenRules.audience,
  sub: 'u',
  sid: 's',
  jti: 'j',
  iat: nowSeconds,
  exp: nowSeconds + 900,
};
const header: JWTHeaderParameters = { alg: 'EdDSA', typ: 'at+jwt', kid: key.keyId };

function signed(
  changes: { payload?: JWTPayload; header?: Partial<JWTHeaderParameters> },
  privateKey: KeyObject = key.privateKey,
): Promise<string> {
  return new SignJWT({ ...payload, ...changes.payload })
    .setProtectedHeader({ ...header, ...changes.header })
    .sign(privateKey);
}

/** A token made by hand, as a library would refuse to make it. */
function assembled(
  headerChanges: object,
  signatureOf: (input: string) => string,
  payloadChanges: object = {},
): string {
  const input = [
    { ...header, ...headerChanges },
    { ...payload, ...payloadChanges },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${signatureOf(input)}`;
}

const rightly = (input: string) =>
  sign(null, Buffer.from(input), key.privateKey).toString('base64url');

describe('access tokens', () => {
  it('say whose they are for a quarter of an hour', async () => {
    const { token, expiresAtMs } = await tokens.issue(claims);

    await expect(tokens.verify(token)).resolves.toMatchObject(claims);
    expect(expiresAtMs).toBe((nowSeconds + 900) * 1000);
    const later = new AccessTokens(ring, { nowMs: () => expiresAtMs });
    await expect(later.verify(token)).resolves.toBeUndefined();
  });

  it('carry the type, the key id and an id of their own', async () => {
    const [first, second] = await Promise.all([tokens.issue(claims), tokens.issue(claims)]);
    const decoded = first.token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object);

    expect(decoded).toEqual([header, { ...payload, jti: expect.any(String) }]);
    expect(first.token).not.toBe(second.token);
  });

  it('are believed only as far as they were made: the control of the cases below', async () => {
    await expect(tokens.verify(await signed({}))).resolves.toMatchObject(claims);
    await expect(tokens.verify(assembled({}, rightly))).resolves.toMatchObject(claims);
  });

  const other = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPem = key.publicKey.export({ format: 'pem', type: 'spki' });
  const publicRaw = Buffer.from(key.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const hmac = (secret: string | Buffer) => (input: string) =>
    createHmac('sha256', secret).update(input).digest('base64url');

  it.each<[string, () => Promise<string> | string]>([
    ['without a signature', () => assembled({ alg: 'none' }, () => '')],
    ['with the algorithm None', () => assembled({ alg: 'None' }, () => 'AA')],
    ['by HMAC with the public key', () => assembled({ alg: 'HS256' }, hmac(publicPem))],
    ['by HMAC with its bytes', () => assembled({ alg: 'HS256' }, hmac(publicRaw))],
    ['by another key', () => signed({}, other.privateKey)],
    ['by an RSA key', () => signed({ header: { alg: 'RS256' } }, rsa.privateKey)],
    ['by a key of another purpose', () => signed({}, ring.version.privateKey)],
    ['with the id of another key', () => signed({ header: { kid: 'other' } })],
    [
      'with a key in the header',
      () =>
        signed(
          { header: { kid: 'x', jwk: other.publicKey.export({ format: 'jwk' }) } },
          other.privateKey,
        ),
    ],
    ['of another type', () => signed({ header: { typ: 'JWT' } })],
    ['from another issuer', () => signed({ payload: { iss: 'somebody' } })],
    ['for another audience', () => signed({ payload: { aud: 'somebody' } })],
    ['that has expired', () => signed({ payload: { exp: nowSeconds - 1 } })],
    ['for later', () => signed({ payload: { nbf: nowSeconds + 60 } })],
    ['with unknown critical extensions', () => assembled({ crit: ['x'], x: 1 }, rightly)],
    ['whose subject is a number', () => assembled({}, rightly, { sub: 7 })],
    ['that are no tokens', () => 'not.a.token'],
    ['that are empty', () => ''],
  ])('are not believed %s', async (_, forge) => {
    await expect(tokens.verify(await forge())).resolves.toBeUndefined();
  });

  it.each(['exp', 'iat', 'jti', 'sub', 'sid'])('are not believed without %s', async (claim) => {
    const forged = await signed({ payload: { [claim]: undefined } });

    await expect(tokens.verify(forged)).resolves.toBeUndefined();
  });

  it('are not believed with one character changed', async () => {
    const { token } = await tokens.issue(claims);
    const [head, body, signature] = token.split('.') as [string, string, string];
    const changed = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;

    await expect(tokens.verify(changed)).resolves.toBeUndefined();
  });

  describe('while the seed changes', () => {
    const nextSeed = Buffer.alloc(32, 8);
    const next = new AccessTokens(keyRingFromSeed(nextSeed), clock);
    const prepared = new AccessTokens(keyRingFromSeed(Buffer.alloc(32, 7), [nextSeed]), clock);
    const swapped = new AccessTokens(keyRingFromSeed(nextSeed, [Buffer.alloc(32, 7)]), clock);

    it('are believed by instances of the one and of the other seed', async () => {
      const first = await prepared.issue(claims);
      const second = await swapped.issue(claims);

      for (const instance of [prepared, swapped]) {
        await expect(instance.verify(first.token)).resolves.toMatchObject(claims);
        await expect(instance.verify(second.token)).resolves.toMatchObject(claims);
      }
    });

    it('are never signed by the other seed', async () => {
      const { token } = await prepared.issue(claims);

      await expect(tokens.verify(token)).resolves.toMatchObject(claims);
      await expect(next.verify(token)).resolves.toBeUndefined();
    });

    it('are not believed by a key of the other seed that the token does not name', async () => {
      const other = keyRingFromSeed(nextSeed)['access-token'];
      const forged = [
        await signed({}, other.privateKey),
        await signed({ header: { kid: other.keyId } }),
        await signed(
          { header: { kid: keyRingFromSeed(nextSeed).version.keyId } },
          other.privateKey,
        ),
      ];

      for (const token of forged) await expect(prepared.verify(token)).resolves.toBeUndefined();
    });

    it('are not believed once their seed is no longer among the others', async () => {
      const { token } = await tokens.issue(claims);

      await expect(swapped.verify(token)).resolves.toMatchObject(claims);
      await expect(next.verify(token)).resolves.toBeUndefined();
    });
  });
});
