import { generateKeyPair, type JWTPayload, UnsecuredJWT } from 'jose';
import request from 'supertest';
import { Clock } from '../../src/platform/time/index.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { type HostileAnswer, HostileProvider } from '../support/hostile-provider.js';
import { together } from '../support/http-client.js';

const redirectUri = 'http://127.0.0.1:49152/callback';
const metadataLifetimeMs = 60 * 60 * 1000;

let provider: HostileProvider;
let app: FreshApplication;
let now = Date.now();

beforeAll(async () => {
  provider = await HostileProvider.start();
  app = await freshApplication({
    ...provider.environment,
    PROMPTD_OIDC_ROLES: '{"ops": ["instance-admin"]}',
  });
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
beforeEach(() => {
  provider.behave();
  // What the provider said of itself to the test before is forgotten.
  now += metadataLifetimeMs;
  jest.spyOn(app.application.nest.get(Clock), 'nowMs').mockImplementation(() => now);
});

const refused = problem(401, 'unauthenticated');
const unavailable = (answer: request.Response) => {
  problem(503, 'identity-provider-unavailable')(answer);
  expect(answer.headers['retry-after']).toBe('5');
};

const authorize = () => request(app.http).post('/v1/auth/oidc/authorize').send({ redirectUri });

async function begin() {
  const { body } = await authorize().expect(200);
  const { searchParams } = new URL(String(body.authorizationUrl));
  const state = searchParams.get('state')!;
  const query = new URLSearchParams({ code: 'some code', state });
  return {
    nonce: searchParams.get('nonce')!,
    redeem: () =>
      request(app.http)
        .post('/v1/auth/oidc/token')
        .send({ flow: body.flow, callbackUrl: `${redirectUri}?${query.toString()}` }),
  };
}

type Change = (claims: JWTPayload) => JWTPayload;

describe('an ID token', () => {
  it('that holds starts a session', async () => {
    const { nonce, redeem } = await begin();
    provider.sayIdToken(await provider.sign({ ...provider.claims(nonce), groups: [] }));

    const { body } = await redeem().expect(200);

    expect(body.user).toMatchObject({ username: 'honest', instanceAdmin: false });
  });

  it.each<[string, Change]>([
    ['for another client', (claims) => ({ ...claims, aud: 'somebody else' })],
    ['for several clients, none of which is ours', (claims) => ({ ...claims, aud: ['a', 'b'] })],
    [
      'given to another client, for both',
      (claims) => ({ ...claims, aud: [String(claims.aud), 'other'], azp: 'other' }),
    ],
    ['of another issuer', (claims) => ({ ...claims, iss: 'https://evil.example' })],
    ['of another sign-in', (claims) => ({ ...claims, nonce: 'another' })],
    ['without a nonce', ({ nonce: _, ...claims }) => claims],
    ['that has expired', (claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 60 })],
    ['that never expires', ({ exp: _, ...claims }) => claims],
    ['without a subject', ({ sub: _, ...claims }) => claims],
    ['with a subject that ends in a space', (claims) => ({ ...claims, sub: 'honest ' })],
  ])('%s is refused', async (_, change) => {
    const { nonce, redeem } = await begin();
    provider.sayIdToken(await provider.sign({ ...change(provider.claims(nonce)), groups: [] }));

    await redeem().expect(refused);
  });

  it('that nobody signed is refused, also when the provider calls that usual', async () => {
    const usual = { id_token_signing_alg_values_supported: ['none', 'RS256'] };
    for (const said of [provider.metadata, { ...provider.metadata, ...usual }]) {
      now += metadataLifetimeMs;
      provider.say('/metadata', said);
      const { nonce, redeem } = await begin();
      provider.sayIdToken(new UnsecuredJWT(provider.claims(nonce)).encode());

      await redeem().expect(refused);
    }
  });

  it('that another key signed is refused, whatever key it names', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const { nonce, redeem } = await begin();
    for (const header of [{}, { kid: 'stranger' }, { jku: 'https://evil.example/jwks' }]) {
      provider.sayIdToken(await provider.sign(provider.claims(nonce), header, privateKey));

      await redeem().expect(refused);
    }
  });

  it('that was changed after it was signed is refused', async () => {
    const { nonce, redeem } = await begin();
    const [header, , signature] = (await provider.sign(provider.claims(nonce))).split('.');
    const claims = { ...provider.claims(nonce), sub: 'somebody else', groups: ['ops'] };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    provider.sayIdToken([header, payload, signature].join('.'));

    await redeem().expect(refused);
  });

  it('that is signed with what everybody knows is refused', async () => {
    provider.say('/metadata', {
      ...provider.metadata,
      id_token_signing_alg_values_supported: ['HS256', 'RS256'],
    });
    const { nonce, redeem } = await begin();
    const { n } = provider.publicJwk;
    const key = await crypto.subtle.importKey(
      'raw',
      Buffer.from(n!, 'base64url'),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    provider.sayIdToken(await provider.sign(provider.claims(nonce), { alg: 'HS256' }, key));

    await redeem().expect(refused);
  });

  it.each(['', 'no token', 'a.b.c', 7, null, undefined])('is never %j', async (idToken) => {
    const { redeem } = await begin();
    provider.say('/token', { access_token: 'a', token_type: 'Bearer', id_token: idToken });

    await redeem().expect(refused);
  });
});

describe('what the UserInfo endpoint says', () => {
  it('is about the same user, or nothing', async () => {
    const { nonce, redeem } = await begin();
    provider.sayIdToken(await provider.sign(provider.claims(nonce)));
    provider.say('/userinfo', { sub: 'somebody else', groups: ['ops'] });

    await redeem().expect(refused);
  });

  it('never overrules the ID token', async () => {
    const { nonce, redeem } = await begin();
    const { preferred_username: _, ...claims } = provider.claims(nonce);
    provider.sayIdToken(await provider.sign({ ...claims, sub: 'modest', groups: [] }));
    provider.say('/userinfo', { sub: 'modest', preferred_username: 'modest', groups: ['ops'] });

    const { body } = await redeem().expect(200);

    expect(body.user).toMatchObject({ username: 'modest', instanceAdmin: false });
  });
});

describe('a provider that does not work', () => {
  const huge = ' '.repeat(2 * 1024 * 1024);

  it('is told from a wrong code, wherever it fails', async () => {
    for (const path of ['/token', '/jwks', '/userinfo'] as const) {
      provider.behave();
      now += metadataLifetimeMs;
      const { nonce, redeem } = await begin();
      provider.sayIdToken(await provider.sign(provider.claims(nonce)));
      provider.say(path, (response) => response.writeHead(500).end());

      await redeem().expect(unavailable);
    }
  });

  it.each<[string, HostileAnswer]>([
    ['hangs up', (response) => response.destroy()],
    ['sends a page', (response) => response.setHeader('Content-Type', 'text/html').end('<p>')],
    ['sends too much', (response) => response.end(huge)],
    ['sends users on', (response) => response.writeHead(302, { Location: '/jwks' }).end()],
    ['is another issuer', { issuer: 'https://evil.example', authorization_endpoint: '/' }],
    ['is no issuer at all', {}],
  ])('is unavailable when it %s', async (_, answer) => {
    provider.say('/metadata', answer);

    await authorize().expect(unavailable);

    provider.behave();
    await authorize().expect(200);
  });

  it('is unavailable when it does not know this server, and the log says so', async () => {
    const { redeem } = await begin();
    provider.say('/token', (response) => {
      response
        .writeHead(401, { 'Content-Type': 'application/json', 'WWW-Authenticate': 'Basic' })
        .end('{"error":"invalid_client"}');
    });

    const before = app.log.length;
    await redeem().expect(unavailable);

    expect(app.log.slice(before).join()).toMatch(/"level":"error".*identity-provider-unavailable/);
  });

  it('is asked about itself once by many who sign in at once, and not again for an hour', async () => {
    provider.requests.length = 0;

    const answers = await together(10, async () => authorize());

    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(provider.requests).toEqual(['/metadata']);
    now += metadataLifetimeMs - 1;
    await authorize().expect(200);
    expect(provider.requests).toEqual(['/metadata']);
  });
});
