import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Principal } from '../platform/authorization/index.js';
import { unauthenticated } from '../platform/errors/index.js';
import { ROUTE_ACCESS, type RouteAccess } from '../platform/http/index.js';
import { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
import type { StrategyOptions } from './authenticators.js';
import { SessionAuthenticator } from './sessions/session-authenticator.js';

/**
 * Stands before every route: unless the route is public, a request without a valid credential goes
 * no further. What a caller may do is decided later, by the use case.
 */
@Injectable()
export class AccessGuard extends AuthGuard(['access-token', 'api-key']) {
  private readonly strategyOptions: StrategyOptions;

  constructor(
    private readonly reflector: Reflector,
    sessions: SessionAuthenticator,
    keys: ApiKeyAuthenticator,
  ) {
    super();
    this.strategyOptions = { authenticators: { sessions, keys } };
  }

  override canActivate(context: ExecutionContext) {
    const targets = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<RouteAccess | undefined>(ROUTE_ACCESS, targets);
    // SECURITY: a route that declares nothing is treated as one that needs a credential.
    return access === 'public' || super.canActivate(context);
  }

  override getAuthenticateOptions() {
    return { session: false, ...this.strategyOptions };
  }

  override handleRequest<User = Principal>(error: unknown, principal: User | false): User {
    // A check that failed says nothing about the caller: an outage must not look like a bad token.
    if (error) throw error as Error;
    if (principal) return principal;
    throw unauthenticated('Send a valid access token or API key as a Bearer token.');
  }
}
