import { INSTANCE_PROJECT } from '../../src/platform/events/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import { cliCallback, OidcClient } from '../support/oidc-client.js';
import { eventsOf } from '../support/people.js';

const webCallback = 'https://prompts.example.org/callback';

let provider: IdentityProvider;
let app: FreshApplication;
let client: OidcClient;

beforeAll(async () => {
  // Another algorithm and another kind of client than in oidc.test.ts.
  provider = await startIdentityProvider({
    algorithm: 'ES256',
    fullIdTokens: true,
    clientSecret: null,
    redirectUris: [webCallback],
  });
  app = await freshApplication({
    ...provider.environment,
    PROMPTD_OIDC_REDIRECT_URIS: webCallback,
  });
  client = new OidcClient(app);
});
afterAll(async () => {
  await app.close();
  await provider.close();
});
afterEach(() => jest.restoreAllMocks());

const refused = problem(401, 'unauthenticated', {
  detail: 'The sign-in does not hold: start again.',
});

describe('a sign-in that does not hold', () => {
  beforeAll(() => {
    provider.people.set('thief', { preferred_username: 'thief' });
  });

  it('is refused when the code was redeemed before', async () => {
    const { flow, callbackUrl } = await client.begin('thief');
    await client.redeem(flow, callbackUrl).expect(200);

    await client.redeem(flow, callbackUrl).expect(refused);
  });

  it('is refused when the answer belongs to another flow', async () => {
    const [mine, theirs] = [await client.begin('thief'), await client.begin('thief')];

    await client.redeem(mine.flow, theirs.callbackUrl).expect(refused);
    // The code alone, with the right state: what is missing is the verifier.
    const mixed = new URL(mine.callbackUrl);
    mixed.searchParams.set('code', new URL(theirs.callbackUrl).searchParams.get('code')!);
    await client.redeem(mine.flow, mixed.href).expect(refused);
  });

  it('is refused when the answer came by another address than was asked for', async () => {
    const { flow, callbackUrl } = await client.begin('thief');

    await client.redeem(flow, callbackUrl.replace(cliCallback, webCallback)).expect(refused);
    await client.redeem(flow, callbackUrl.replace(':49152/', ':49153/')).expect(refused);
    await client.redeem(flow, 'no URL').expect(refused);
  });

  it.each(['state', 'code', 'iss'])('is refused without its %s', async (parameter) => {
    const { flow, callbackUrl } = await client.begin('thief');
    const url = new URL(callbackUrl);
    url.searchParams.delete(parameter);

    await client.redeem(flow, url.href).expect(refused);
  });

  it('is refused when another issuer claims the answer (RFC 9207)', async () => {
    const { flow, callbackUrl } = await client.begin('thief');
    const url = new URL(callbackUrl);
    url.searchParams.set('iss', 'https://evil.example');

    await client.redeem(flow, url.href).expect(refused);
  });

  it('is refused when the user said no', async () => {
    const { body } = await client.authorize(cliCallback).expect(200);
    const { searchParams } = new URL(String(body.authorizationUrl));
    const said = new URLSearchParams({
      error: 'access_denied',
      state: searchParams.get('state')!,
      iss: provider.issuer,
    });

    await client.redeem(String(body.flow), `${cliCallback}?${said.toString()}`).expect(refused);
  });

  it('is refused after ten minutes', async () => {
    const { flow, callbackUrl } = await client.begin('thief');
    const later = Date.now() + 10 * 60 * 1000;
    jest.spyOn(app.application.nest.get(Clock), 'nowMs').mockReturnValue(later);

    await client.redeem(flow, callbackUrl).expect(refused);
  });

  it('is refused with a flow that was changed or made up', async () => {
    const { flow, callbackUrl } = await client.begin('thief');

    await client.redeem(flow.slice(0, -1), callbackUrl).expect(refused);
    await client.redeem(`${flow.slice(0, 40)}A${flow.slice(41)}`, callbackUrl).expect(refused);
    await client.redeem('flow', callbackUrl).expect(refused);
  });

  it('leaves neither code nor token in the log or the audit trail', async () => {
    const { flow, callbackUrl } = await client.begin('thief');
    const { body } = await client.redeem(flow, callbackUrl).expect(200);
    await client.redeem(flow, callbackUrl).expect(refused);

    const code = new URL(callbackUrl).searchParams.get('code')!;
    const events = await eventsOf(app, INSTANCE_PROJECT);
    const written = [...app.log, JSON.stringify(events)].join('\n');
    for (const secret of [code, flow, String(body.accessToken), String(body.refreshToken)]) {
      expect(written).not.toContain(secret);
    }
    expect(events.map(({ data }) => data)).toContainEqual({
      method: 'oidc',
      reason: 'invalid-answer',
    });
  });
});

describe('the address that a user is sent back to', () => {
  it.each([
    'https://evil.example/callback',
    `${webCallback}/../../evil`,
    `${webCallback}?next=https://evil.example`,
    'https://prompts.example.org@evil.example/callback',
    'http://127.0.0.1:8080@evil.example/callback',
    'http://localhost:8080/callback',
    'javascript:alert(1)',
    '',
  ])('is never %j', async (redirectUri) => {
    await client.authorize(redirectUri).expect(
      problem(400, 'validation-failed', {
        errors: [expect.objectContaining({ pointer: '/redirectUri', code: 'not-allowed' })],
      }),
    );
  });

  it('is asked of the provider with PKCE, state and nonce, each time others', async () => {
    const urls = [await client.authorize(webCallback), await client.authorize(webCallback)].map(
      ({ body }) => new URL(String(body.authorizationUrl)),
    );

    for (const { origin, searchParams } of urls) {
      expect(origin).toBe(provider.issuer);
      expect(Object.fromEntries(searchParams)).toMatchObject({
        response_type: 'code',
        redirect_uri: webCallback,
        code_challenge_method: 'S256',
        scope: 'openid profile email groups',
      });
    }
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const values = urls.map(({ searchParams }) => searchParams.get(name));
      expect(values[0]).toMatch(/^[\w-]{43}$/);
      expect(values[0]).not.toBe(values[1]);
    }
  });
});
