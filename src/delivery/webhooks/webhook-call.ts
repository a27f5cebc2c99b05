import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Problem } from '../../platform/errors/index.js';
import { OutboundFailed, OutboundHttp, OutboundRefused } from '../../platform/outbound/index.js';
import type { OutboundResponse } from '../../platform/outbound/index.js';
import { SecretStore } from '../../platform/secrets/index.js';
import { Clock } from '../../platform/time/index.js';
import type { AttemptError, AttemptOutcome } from './delivery.js';
import { parseRetryAfter } from './retry-schedule.js';
import { secretPlace, type Webhook } from './webhook.js';
import { signatureHeaders } from './webhook-signature.js';

/** For one attempt, with everything that belongs to it. */
export const CALL_TIMEOUT_MS = 10_000;
/** Of an answer, of which nothing but the status matters. */
const MAX_ANSWER_BYTES = 64 * 1024;
const asksForPatience: readonly number[] = [429, 503];

export interface Message {
  /** The `webhook-id`. */
  readonly id: string;
  readonly payload: string;
}

/** Sends one message once. Must be called outside of any transaction. */
@Injectable()
export class WebhookCall {
  constructor(
    private readonly http: OutboundHttp,
    private readonly secrets: SecretStore,
    private readonly clock: Clock,
  ) {}

  /** Whatever happens on the way is an outcome; rejects only when the database does not answer. */
  async send(ctx: OperationContext, webhook: Webhook, message: Message): Promise<AttemptOutcome> {
    const atMs = this.clock.nowMs();
    const started = performance.now();
    const answer = await this.post(ctx, webhook, message, atMs).catch(failureIn);
    const durationMs = Math.round(performance.now() - started);
    if (typeof answer === 'string') {
      return { atMs, durationMs, status: null, error: answer, retryAfterMs: null };
    }
    const { status } = answer;
    return { atMs, durationMs, status, error: null, retryAfterMs: patienceIn(answer, atMs) };
  }

  private async post(
    ctx: OperationContext,
    webhook: Webhook,
    { id, payload }: Message,
    atMs: number,
  ): Promise<OutboundResponse> {
    const secrets = await this.secretsOf(ctx, webhook, atMs);
    return this.http.send({
      method: 'POST',
      url: webhook.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'promptd',
        ...signatureHeaders({ id, atMs, payload }, secrets),
      },
      body: payload,
      timeoutMs: CALL_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    });
  }

  /** The secret, and the one before it while receivers change over. */
  private async secretsOf(
    ctx: OperationContext,
    webhook: Webhook,
    nowMs: number,
  ): Promise<readonly string[]> {
    const current = await this.secrets.get(ctx, secretPlace(webhook));
    if ((webhook.previousSecretExpiresAtMs ?? 0) <= nowMs) return [current];
    return [current, await this.secrets.get(ctx, secretPlace(webhook, 'previous-secret'))];
  }
}

function failureIn(error: unknown): AttemptError {
  if (error instanceof OutboundRefused || error instanceof OutboundFailed) return error.reason;
  // What the secret store says is written in the log by it, where whoever can help will look.
  if (error instanceof Problem) return 'secret-unavailable';
  throw error;
}

function patienceIn({ status, headers }: OutboundResponse, nowMs: number): number | null {
  const value = asksForPatience.includes(status) ? headers['retry-after'] : undefined;
  return parseRetryAfter(typeof value === 'string' ? value : undefined, nowMs);
}
