import type { AttemptOutcome } from './delivery.js';
import { retryDelayMs } from './retry-schedule.js';
import type { DisabledReason } from './webhook.js';

/** What becomes of a delivery after an attempt. */
export type DeliveryVerdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'failed'; readonly disable: DisabledReason };

const GONE = 410;

/**
 * Any 2xx takes it. 410 says that nobody will ever take it; everything else, a redirect too, is tried
 * again until the schedule ends.
 *
 * @param tries failed before this attempt since it was put in the queue
 * @param chance from 0 to 1, for the jitter
 */
export function judgeAttempt(
  { status, retryAfterMs }: Pick<AttemptOutcome, 'status' | 'retryAfterMs'>,
  tries: number,
  chance: number,
): DeliveryVerdict {
  if (status !== null && status >= 200 && status <= 299) return { kind: 'delivered' };
  if (status === GONE) return { kind: 'failed', disable: 'gone' };
  const delayMs = retryDelayMs(tries + 1, retryAfterMs, chance);
  return delayMs === undefined
    ? { kind: 'failed', disable: 'failing' }
    : { kind: 'retry', delayMs };
}
