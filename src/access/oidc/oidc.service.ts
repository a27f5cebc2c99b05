import { Inject, Injectable } from '@nestjs/common';
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import type { Logger } from 'pino';
import type { OperationContext } from '../../platform/authorization/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { type Problem, unauthenticated, validationFailed } from '../../platform/errors/index.js';
import { MemoryQuota, networkOf, quotaExceeded } from '../../platform/http/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import type { IssuedTokens } from '../sessions/session-tokens.js';
import { RefusalTrail } from '../throttling/refusal-trail.js';
import { type Flow, FlowSeal } from './flow-seal.js';
import { IdentityProvider } from './identity-provider.js';
import { oidcSettings } from './oidc-settings.js';
import { signInFailed } from './oidc.events.js';
import { type Profile, profileFrom } from './profile.js';
import { callbackAt, isAllowedRedirect } from './redirect-uri.js';
import { SignInRefused } from './sign-in-refused.js';
import { SignInService } from './sign-in.service.js';

export interface AuthMethods {
  readonly password: boolean;
  readonly issuer: string | undefined;
}

/** A sign-in that has begun. */
export interface StartedSignIn {
  readonly authorizationUrl: string;
  readonly flow: string;
  readonly expiresAtMs: number;
}

/** What the provider answered, and the flow that it should be the answer to. */
export interface CompletedSignIn {
  readonly flow: string;
  readonly callbackUrl: string;
}

/** By one network, such as an office behind one address, at one instance. */
const SIGN_INS_PER_MINUTE = 300;

/**
 * Sign-in by authorization code with PKCE (RFC 6749, 7636, 9700):
 *
 *   caller -> authorize -> URL and sealed flow -> the user signs in at the provider
 *          -> the provider calls the caller back with a code -> token with the flow -> session
 */
@Injectable()
export class OidcService {
  private readonly attempts = new MemoryQuota({
    policy: 'sign-ins',
    limit: SIGN_INS_PER_MINUTE,
    windowSeconds: 60,
  });

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly trail: RefusalTrail,
    private readonly flows: FlowSeal,
    private readonly provider: IdentityProvider,
    private readonly signIns: SignInService,
  ) {}

  methods(): AuthMethods {
    return { password: this.config.passwordLogin, issuer: this.config.oidcIssuer };
  }

  /** @throws not-found, validation-failed, identity-provider-unavailable */
  async authorize(redirectUri: string): Promise<StartedSignIn> {
    const { redirectUris } = oidcSettings(this.config);
    if (!isAllowedRedirect(redirectUri, redirectUris)) throw redirectNotAllowed();
    const flow: Flow = {
      state: randomState(),
      nonce: randomNonce(),
      codeVerifier: randomPKCECodeVerifier(),
      redirectUri,
    };
    const authorizationUrl = await this.provider.authorizationUrl(flow);
    const { token, expiresAtMs } = await this.flows.seal(flow);
    return { authorizationUrl, flow: token, expiresAtMs };
  }

  /**
   * Starts the session that the provider vouches for. Whatever is wrong with the flow, the code or
   * the user, the caller is told the same.
   *
   * @throws not-found, unauthenticated, rate-limited, identity-provider-unavailable, overloaded
   */
  async complete(ctx: OperationContext, completed: CompletedSignIn): Promise<IssuedTokens> {
    oidcSettings(this.config);
    await this.limitNetwork(ctx);
    try {
      return await this.signIns.signIn(ctx, await this.profileOf(completed));
    } catch (error) {
      throw error instanceof SignInRefused ? this.refuse(ctx, error) : error;
    }
  }

  /**
   * SECURITY: before the provider is asked, which counts what it is asked in our name: one network
   * must not use up what it grants us, nor all places that wait for it.
   */
  private async limitNetwork({ origin }: OperationContext): Promise<void> {
    const state = await this.attempts.spend(networkOf(origin.ip));
    if (state.spent > state.quota.limit) throw quotaExceeded('Too many sign-ins.', [state]);
  }

  private async profileOf({ flow: sealed, callbackUrl }: CompletedSignIn): Promise<Profile> {
    const flow = await this.flows.open(sealed);
    const callback = flow && callbackAt(flow.redirectUri, callbackUrl);
    if (!callback) throw new SignInRefused('invalid-flow');
    const claims = await this.provider.redeem(callback, flow);
    const profile = profileFrom(claims, this.config.oidcGroupsClaim);
    if (!profile) throw new SignInRefused('unusable-identity');
    return profile;
  }

  /** SECURITY: an openid-client error is logged by its name and message; its cause holds tokens. */
  private refuse(ctx: OperationContext, { reason, cause }: SignInRefused): Problem {
    const { requestId } = ctx;
    this.logger.info(
      { requestId, reason, ...(cause !== undefined && { err: cause }) },
      'a sign-in was refused',
    );
    this.trail.record(ctx, networkOf(ctx.origin.ip), signInFailed(reason));
    return unauthenticated('The sign-in does not hold: start again.');
  }
}

function redirectNotAllowed() {
  return validationFailed('The provider must not send a user there.', {
    errors: [
      {
        pointer: '/redirectUri',
        code: 'not-allowed',
        detail:
          'must be an address of PROMPTD_OIDC_REDIRECT_URIS or http://127.0.0.1:PORT/callback',
      },
    ],
  });
}
