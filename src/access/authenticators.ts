import type { OperationContext, Principal } from '../platform/authorization/index.js';

/** Answers who a credential is, or undefined when it is nobody's. */
export interface Authenticator {
  authenticate(ctx: OperationContext, credential: string): Promise<Principal | undefined>;
}

/**
 * What the guard hands to the strategies with each request. Passport keeps strategies in a registry
 * of the process, so a strategy that held a database would answer for every application in it with
 * the database of the one that started last.
 */
export interface Authenticators {
  readonly sessions: Authenticator;
  readonly keys: Authenticator;
}

export interface StrategyOptions {
  readonly authenticators: Authenticators;
}
