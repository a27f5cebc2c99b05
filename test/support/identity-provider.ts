import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type { Configuration } from 'oidc-provider';

export interface ProviderPlan {
  /** How ID tokens are signed; RS256 by default. */
  readonly algorithm?: 'RS256' | 'ES256';
  /** Whether ID tokens hold every claim, or leave most to the UserInfo endpoint (the default). */
  readonly fullIdTokens?: boolean;
  /** Without a secret the client is a public one. */
  readonly clientSecret?: string | null;
  /** Callbacks besides those on this machine. */
  readonly redirectUris?: readonly string[];
}

/** What the provider knows about a person besides the name that is the subject. */
export type Person = Readonly<Record<string, unknown>>;

/** oidc-provider, certified for OpenID Connect, on a free port of this machine. */
export interface IdentityProvider {
  readonly issuer: string;
  /** What a server is started with that lets its users sign in here. */
  readonly environment: Readonly<Record<string, string>>;
  /** By subject. May change at any time; whoever is not in it cannot sign in. */
  readonly people: Map<string, Person>;
  close(): Promise<void>;
}

const clientId = 'promptd-tests';
const testSecret = 'a secret that only tests know';

export async function startIdentityProvider(plan: ProviderPlan = {}): Promise<IdentityProvider> {
  const { clientSecret = testSecret } = plan;
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const people = new Map<string, Person>();
  const settings = await configuration(plan, people);
  const provider = await quietly(async () => {
    const { Provider } = await import('oidc-provider');
    return new Provider(issuer, settings);
  });
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));
  return {
    issuer,
    environment: {
      PROMPTD_OIDC_ISSUER: issuer,
      PROMPTD_OIDC_CLIENT_ID: clientId,
      ...(clientSecret !== null && { PROMPTD_OIDC_CLIENT_SECRET: clientSecret }),
      PROMPTD_OIDC_SCOPES: 'openid profile email groups',
    },
    people,
    close: () => closed(server),
  };
}

async function configuration(
  { algorithm = 'RS256', fullIdTokens = false, clientSecret, redirectUris = [] }: ProviderPlan,
  people: ReadonlyMap<string, Person>,
): Promise<Configuration> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const isPublic = clientSecret === null;
  return {
    clients: [
      {
        client_id: clientId,
        ...(!isPublic && { client_secret: clientSecret ?? testSecret }),
        token_endpoint_auth_method: isPublic ? 'none' : 'client_secret_basic',
        // RFC 8252: the port of a callback on the user's machine may be any.
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/callback', ...redirectUris],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: algorithm,
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: algorithm, use: 'sig' }] },
    enabledJWA: { idTokenSigningAlgValues: [algorithm] },
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: {
      openid: ['sub'],
      profile: ['preferred_username'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    conformIdTokenClaims: !fullIdTokens,
    ttl: {
      AccessToken: 60,
      AuthorizationCode: 60,
      Grant: 60,
      IdToken: 60,
      Interaction: 60,
      Session: 60,
    },
    pkce: { required: () => true },
    cookies: { keys: ['a key for the cookies of tests'] },
    findAccount: (_context, subject) => {
      const person = people.get(subject);
      return person && { accountId: subject, claims: () => ({ sub: subject, ...person }) };
    },
  };
}

/** It warns of what is wanted here: its own store and forms, on whatever Node the tests run. */
async function quietly<T>(start: () => Promise<T>): Promise<T> {
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  try {
    return await start();
  } finally {
    warn.mockRestore();
  }
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
