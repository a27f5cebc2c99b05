import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from './client-network.js';
import { MemoryQuota } from './memory-quota.js';
import { problemText } from './problem.filter.js';
import { quotaExceeded, type QuotaState } from './quota.js';

/**
 * Limits the requests that fail authentication, by the client's network: beyond the limit they are
 * answered 429 instead of 401. A valid credential is never refused because of others who share its
 * address, be it that of an office or of a balancer that PROMPTD_TRUST_PROXY does not name.
 */
export function limitRefusedRequests(server: FastifyInstance, limitPerMinute: number): void {
  if (limitPerMinute === 0) return;
  const refused = new MemoryQuota({ policy: 'refused', limit: limitPerMinute, windowSeconds: 60 });
  server.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode !== 401) {
      done(null, payload);
      return;
    }
    void refused.spend(networkOf(request.ip)).then((state) => {
      const isRefused = state.spent > state.quota.limit;
      done(null, isRefused ? refuse(request, reply, state) : payload);
    });
  });
}

function refuse(request: FastifyRequest, reply: FastifyReply, state: QuotaState): string {
  const problem = quotaExceeded('Too many requests from this network carry no valid credential.', [
    state,
  ]);
  void reply.status(429).removeHeader('WWW-Authenticate').headers(problem.headers);
  return problemText(problem, request.id);
}
