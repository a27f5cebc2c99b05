import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Config, CONFIG } from '../../platform/config/index.js';
import {
  MemoryQuota,
  operationContext,
  quotaExceeded,
  quotaHeaders,
  REPLAY,
  type Replay,
  ROUTE_ACCESS,
  type RouteAccess,
} from '../../platform/http/index.js';

const readingMethods = new Set(['GET', 'HEAD']);

/**
 * Limits what one principal may do at this instance in a minute, after the principal is known.
 * Rendering and checking, which change nothing, are reads whatever their method. One's own account
 * (login, password, sessions) is not limited here: what can be guessed there has its own limits.
 */
@Injectable()
export class PrincipalQuotaGuard implements CanActivate {
  private readonly reads: MemoryQuota | undefined;
  private readonly writes: MemoryQuota | undefined;

  constructor(
    private readonly reflector: Reflector,
    @Inject(CONFIG) { rateLimitReads, rateLimitWrites }: Config,
  ) {
    this.reads = quotaPerMinute('reads', rateLimitReads);
    this.writes = quotaPerMinute('writes', rateLimitWrites);
  }

  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    const http = execution.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const quota = this.quotaFor(request.method, execution);
    return quota === undefined || spend(quota, request, http.getResponse<FastifyReply>());
  }

  private quotaFor(method: string, execution: ExecutionContext): MemoryQuota | undefined {
    const handler = execution.getHandler();
    const isReading =
      readingMethods.has(method) || this.reflector.get<Replay>(REPLAY, handler) === 'nothing';
    const quota = isReading ? this.reads : this.writes;
    if (quota === undefined) return undefined;
    const targets = [handler, execution.getClass()];
    const access = this.reflector.getAllAndOverride<RouteAccess>(ROUTE_ACCESS, targets);
    return access === 'public' || access === 'self:manage' ? undefined : quota;
  }
}

async function spend(
  quota: MemoryQuota,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const { principal } = operationContext(request);
  if (principal.kind !== 'user' && principal.kind !== 'key') return true;
  const state = await quota.spend(`${principal.kind} ${principal.id}`);
  if (state.spent > quota.quota.limit) {
    throw quotaExceeded(`Too many ${quota.quota.policy} in a minute.`, [state]);
  }
  void reply.headers(quotaHeaders([state]));
  return true;
}

function quotaPerMinute(policy: string, limit: number): MemoryQuota | undefined {
  return limit === 0 ? undefined : new MemoryQuota({ policy, limit, windowSeconds: 60 });
}
