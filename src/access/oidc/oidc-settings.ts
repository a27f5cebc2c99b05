import type { Config } from '../../platform/config/index.js';
import { notFound } from '../../platform/errors/index.js';

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly redirectUris: readonly string[];
  readonly scopes: string;
}

export type OidcConfig = Pick<
  Config,
  'oidcIssuer' | 'oidcClientId' | 'oidcClientSecret' | 'oidcRedirectUris' | 'oidcScopes'
>;

/** @throws not-found when nobody can sign in this way here */
export function oidcSettings(config: OidcConfig): OidcSettings {
  const { oidcIssuer: issuer, oidcClientId: clientId } = config;
  if (issuer === undefined || clientId === undefined) {
    throw notFound('This server has no identity provider: sign in with a password.');
  }
  return {
    issuer,
    clientId,
    clientSecret: config.oidcClientSecret,
    redirectUris: config.oidcRedirectUris ?? [],
    scopes: config.oidcScopes,
  };
}
