import type { FailureReason, RefusalReason } from '../../platform/outbound/index.js';

export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/**
 * Why an attempt brought no answer. SECURITY: words of our own, so that nothing of the network inside
 * or of what a receiver wrote can be read in the log.
 */
export type AttemptError = RefusalReason | FailureReason | 'secret-unavailable';

/** One try to deliver: what was answered, or why nothing was. */
export interface Attempt {
  readonly atMs: number;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: AttemptError | null;
}

/** An attempt with what the receiver asks for. */
export interface AttemptOutcome extends Attempt {
  /** How long it wants to be left alone, by `Retry-After` of a 429 or 503. */
  readonly retryAfterMs: number | null;
}

/** One event on its way to one webhook. */
export interface Delivery {
  /** The `webhook-id` of the message, the same at every attempt. */
  readonly id: string;
  readonly webhookId: string;
  readonly revision: number;
  readonly position: number;
  readonly type: string;
  readonly payload: string;
  readonly status: DeliveryStatus;
  /** Attempts since it was last put in the queue. */
  readonly tries: number;
  readonly attemptCount: number;
  /** The newest ones, oldest first. */
  readonly attempts: readonly Attempt[];
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}
