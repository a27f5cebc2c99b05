import { hkdfSync } from 'node:crypto';
import { EncryptJWT } from 'jose';
import { Clock } from '../../platform/time/index.js';
import { type Flow, FlowSeal } from './flow-seal.js';

class SetClock extends Clock {
  atMs = Date.parse('2027-01-01T00:00:00Z');

  override nowMs(): number {
    return this.atMs;
  }
}

const flow: Flow = {
  state: 'state',
  nonce: 'nonce',
  codeVerifier: 'verifier',
  redirectUri: 'http://127.0.0.1:8080/callback',
};
const signingKey = Buffer.alloc(32, 1);

describe('a sealed flow', () => {
  let clock: SetClock;
  let seal: FlowSeal;
  beforeEach(() => {
    clock = new SetClock();
    seal = new FlowSeal({ signingKey }, clock);
  });

  it('is opened by any instance of the same key, and shows nothing before', async () => {
    const { token } = await seal.seal(flow);

    expect(await new FlowSeal({ signingKey }, clock).open(token)).toMatchObject(flow);
    const shown = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(shown.join()).not.toContain('verifier');
  });

  it('is opened on both sides while the key is being changed', async () => {
    const next = Buffer.alloc(32, 2);
    const before = new FlowSeal({ signingKey, signingKeysOld: [next] }, clock);
    const after = new FlowSeal({ signingKey: next, signingKeysOld: [signingKey] }, clock);

    expect(await after.open((await before.seal(flow)).token)).toMatchObject(flow);
    expect(await before.open((await after.seal(flow)).token)).toMatchObject(flow);
    expect(await seal.open((await after.seal(flow)).token)).toBeUndefined();
  });

  it('is void after ten minutes', async () => {
    const { token, expiresAtMs } = await seal.seal(flow);
    expect(expiresAtMs - clock.atMs).toBe(10 * 60 * 1000);

    clock.atMs = expiresAtMs - 1;
    expect(await seal.open(token)).toMatchObject(flow);
    clock.atMs = expiresAtMs;
    expect(await seal.open(token)).toBeUndefined();
  });

  it('is void when any character of it is another', async () => {
    const { token } = await seal.seal(flow);

    for (let at = 0; at < token.length - 1; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      expect(await seal.open(changed)).toBeUndefined();
    }
  });

  it.each(['', 'flow', '....', 'e30.e30.e30'])('is never %j', async (token) => {
    expect(await seal.open(token)).toBeUndefined();
  });

  it('is void under another key, and as another kind of token of the same one', async () => {
    const { token } = await seal.seal(flow);
    const stranger = new FlowSeal({ signingKey: Buffer.alloc(32, 2) }, clock);
    expect(await stranger.open(token)).toBeUndefined();

    const info = 'promptd/aes-256-gcm/v1/oidc-flow';
    const key = new Uint8Array(hkdfSync('sha256', signingKey, '', info, 32));
    const made = (type: string) =>
      new EncryptJWT({ ...flow })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: type })
        .setExpirationTime(clock.atMs / 1000 + 60)
        .encrypt(key);
    expect(await seal.open(await made('oidc-flow+jwt'))).toMatchObject(flow);
    expect(await seal.open(await made('JWT'))).toBeUndefined();
  });
});
