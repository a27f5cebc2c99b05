import type { Problem } from '../errors/index.js';
import { rateLimited } from './http.errors.js';

/** How much of something one caller may do in a while. */
export interface Quota {
  /** Its name in the RateLimit headers. */
  readonly policy: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** What is left of a quota for one caller. */
export interface QuotaState {
  readonly quota: Quota;
  readonly spent: number;
  /** Until all of the quota is there again. */
  readonly resetMs: number;
}

/** Nothing is left: whoever would spend more has to wait. */
export function isExhausted({ quota, spent }: QuotaState): boolean {
  return spent >= quota.limit;
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-10. */
export function quotaHeaders(states: readonly QuotaState[]): Readonly<Record<string, string>> {
  return {
    'RateLimit-Policy': states
      .map(({ quota }) => `"${quota.policy}";q=${quota.limit};w=${quota.windowSeconds}`)
      .join(', '),
    RateLimit: states
      .map((state) => `"${state.quota.policy}";r=${remaining(state)};t=${resetSeconds(state)}`)
      .join(', '),
  };
}

/** The refusal of a caller whose quotas these are, all of them exhausted. */
export function quotaExceeded(detail: string, states: readonly QuotaState[]): Problem {
  const retryAfter = Math.max(1, ...states.map(resetSeconds));
  return rateLimited(`${detail} Try again in ${retryAfter} seconds.`, {
    headers: { ...quotaHeaders(states), 'Retry-After': String(retryAfter) },
  });
}

function remaining({ quota, spent }: QuotaState): number {
  return Math.max(0, quota.limit - spent);
}

function resetSeconds({ resetMs }: QuotaState): number {
  return Math.max(0, Math.ceil(resetMs / 1000));
}
