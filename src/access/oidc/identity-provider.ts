import { Inject, Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import { BoundedQueue } from '../../platform/concurrency/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { overloaded, Problem } from '../../platform/errors/index.js';
import { Clock } from '../../platform/time/index.js';
import { boundedFetch, providerAway } from './bounded-fetch.js';
import type { Flow } from './flow-seal.js';
import { type OidcSettings, oidcSettings } from './oidc-settings.js';
import type { Claims } from './profile.js';
import { SignInRefused } from './sign-in-refused.js';

/** For each of the at most four requests of a sign-in. */
const timeoutSeconds = 5;
const metadataLifetimeMs = 60 * 60 * 1000;

/** SECURITY: a provider that is slow must not let sign-ins take the memory from everybody else. */
const bounds = {
  concurrency: 16,
  maxWaiting: 100,
  refusal: () =>
    overloaded('Too many users are signing in; try again after Retry-After.', {
      headers: { 'Retry-After': '5' },
    }),
};

/** What openid-client calls errors in the client's own registration, which no user can mend. */
const misconfigured = new Set(['invalid_client', 'unauthorized_client', 'unsupported_grant_type']);

/**
 * The OpenID Connect provider of the configuration. It is asked for nothing before somebody signs
 * in, so that it may be away when the program starts.
 */
@Injectable()
export class IdentityProvider {
  private readonly calls = new BoundedQueue(bounds);
  private known:
    { readonly found: Promise<oidc.Configuration>; readonly untilMs: number } | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Where the user agrees to sign in. @throws identity-provider-unavailable */
  async authorizationUrl(flow: Flow): Promise<string> {
    const configuration = await this.configuration();
    return oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: flow.redirectUri,
      scope: oidcSettings(this.config).scopes,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(flow.codeVerifier),
      code_challenge_method: 'S256',
    }).href;
  }

  /**
   * Trades the code in the callback for what the provider says about the user. Issuer (RFC 9207),
   * state, nonce, and the ID token's signature, algorithm, audience and expiry have been checked.
   *
   * @throws SignInRefused for an answer that is not this flow's, or that does not hold
   * @throws identity-provider-unavailable, overloaded
   */
  async redeem(callback: URL, flow: Flow): Promise<Claims> {
    const configuration = await this.configuration();
    try {
      return await this.calls.run(() => this.claimsOf(configuration, callback, flow));
    } catch (error) {
      throw refusalOf(error);
    }
  }

  private async claimsOf(
    configuration: oidc.Configuration,
    callback: URL,
    flow: Flow,
  ): Promise<Claims> {
    const tokens = await oidc.authorizationCodeGrant(configuration, callback, {
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      pkceCodeVerifier: flow.codeVerifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new SignInRefused('invalid-answer');
    if (this.sayEnough(claims) || !configuration.serverMetadata().userinfo_endpoint) return claims;
    const more = await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    // SECURITY: where both say something, what was signed counts.
    return { ...more, ...claims };
  }

  /** OpenID Connect Core, 5.4: a provider may leave profile and groups to its UserInfo endpoint. */
  private sayEnough(claims: Claims): boolean {
    const { oidcGroupsClaim, oidcRoles } = this.config;
    const wanted = ['preferred_username', ...(oidcRoles ? [oidcGroupsClaim] : [])];
    return wanted.every((claim) => claims[claim] !== undefined);
  }

  /** One question at a time, however many sign in; a failure is not remembered. */
  private async configuration(): Promise<oidc.Configuration> {
    const now = this.clock.nowMs();
    if (this.known && this.known.untilMs > now) return this.known.found;
    const known = {
      found: discover(oidcSettings(this.config)),
      untilMs: now + metadataLifetimeMs,
    };
    this.known = known;
    try {
      return await known.found;
    } catch (error) {
      if (this.known === known) this.known = undefined;
      throw error;
    }
  }
}

async function discover(settings: OidcSettings): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret } = settings;
  // SECURITY: openid-client trusts TLS for ID tokens from the token endpoint, unless it is told to
  // check their signatures as well.
  const execute = [oidc.enableNonRepudiationChecks];
  // The configuration takes http for a provider on this machine only.
  if (issuer.startsWith('http:')) execute.push(oidc.allowInsecureRequests);
  try {
    return await oidc.discovery(
      new URL(issuer),
      clientId,
      undefined,
      clientSecret === undefined ? oidc.None() : secretAuthentication(clientSecret),
      { execute, timeout: timeoutSeconds, [oidc.customFetch]: boundedFetch },
    );
  } catch (error) {
    throw problemIn(error) ?? providerAway(error);
  }
}

/** OpenID Connect Discovery, 3: a provider that names no method takes `client_secret_basic`. */
function secretAuthentication(clientSecret: string): oidc.ClientAuth {
  const basic = oidc.ClientSecretBasic(clientSecret);
  const post = oidc.ClientSecretPost(clientSecret);
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authenticate = methods.includes('client_secret_basic') ? basic : post;
    authenticate(server, client, body, headers);
  };
}

function refusalOf(error: unknown): Error {
  if (error instanceof SignInRefused) return error;
  const problem = problemIn(error);
  if (problem) return problem;
  const isOurs =
    error instanceof oidc.WWWAuthenticateChallengeError ||
    (error instanceof oidc.ResponseBodyError && misconfigured.has(error.error));
  return isOurs ? providerAway(error) : new SignInRefused('invalid-answer', { cause: error });
}

/** openid-client wraps what our fetch throws. */
function problemIn(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  return error instanceof Error && error.cause !== undefined ? problemIn(error.cause) : undefined;
}
