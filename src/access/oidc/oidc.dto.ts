import { IsString, MaxLength } from 'class-validator';
import { isoTime } from '../../platform/time/index.js';
import type { AuthMethods, StartedSignIn } from './oidc.service.js';

export class OidcMethodResponse {
  /** The issuer URL of the identity provider. */
  issuer: string;
}

export class AuthMethodsResponse {
  /** Whether `POST /v1/auth/login` is served. */
  password: boolean;
  /** Null when the server has no identity provider. */
  oidc: OidcMethodResponse | null;
}

export class StartOidcSignInRequest {
  /**
   * Where the provider sends the user back to: an address of the configuration, or
   * `http://127.0.0.1:PORT/callback` for a program on the user's machine.
   */
  @IsString()
  @MaxLength(2048)
  redirectUri: string;
}

export class OidcSignInResponse {
  /** Where the user signs in, to be opened in a browser. */
  authorizationUrl: string;
  /** Opaque. Keep it where the sign-in began and nowhere else: without it the code is worth nothing. */
  flow: string;
  /** The end of the 10 minutes in which the user may sign in. */
  expiresAt: string;
}

export class CompleteOidcSignInRequest {
  /** As it was answered when the sign-in began. */
  @IsString()
  @MaxLength(4096)
  flow: string;

  /** The whole URL that the provider sent the user back to. */
  @IsString()
  @MaxLength(8192)
  callbackUrl: string;
}

export function authMethodsResponse({ password, issuer }: AuthMethods): AuthMethodsResponse {
  return { password, oidc: issuer === undefined ? null : { issuer } };
}

export function oidcSignInResponse({ expiresAtMs, ...shown }: StartedSignIn): OidcSignInResponse {
  return { ...shown, expiresAt: isoTime(expiresAtMs) };
}
