import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../platform/http/index.js';
import { isoTime, isoTimeOrNull } from '../../platform/time/index.js';
import type { DeliveryView } from './deliveries.service.js';
import { type Attempt, deliveryStatuses, type DeliveryStatus } from './delivery.js';
import type { Ping } from './webhook-ping.service.js';

export class DeliveriesQuery extends PageQuery {
  /** What has become of them. By default all are listed. */
  @IsOptional()
  @IsIn(deliveryStatuses)
  status?: DeliveryStatus;
}

export class DeliveryAttemptResponse {
  at: string;
  durationMs: number;
  /** What the receiver answered; null when there was no answer. */
  status: number | null;
  /** Why there was no answer, such as `timeout` or `address-not-allowed`. */
  error: string | null;
}

export class DeliveryResponse {
  /** The `webhook-id` of the message, the same at every attempt. */
  id: string;
  /** The type of the event. */
  type: string;
  /** The revision of the project that the event belongs to, and its place in it from 0. */
  revision: number;
  position: number;
  @ApiProperty({ enum: deliveryStatuses })
  status: DeliveryStatus;
  attemptCount: number;
  /** The newest attempts, oldest first. */
  attempts: DeliveryAttemptResponse[];
  /** When it is tried again; null while it waits for those before it. */
  nextAttemptAt: string | null;
  createdAt: string;
  /** When it was delivered or given up. */
  endedAt: string | null;
}

export class DeliveryPageResponse {
  items: DeliveryResponse[];
  nextCursor: string | null;
  total?: number;
}

export class PingResponse extends DeliveryAttemptResponse {
  /** The `webhook-id` of the message. */
  id: string;
}

export function deliveryResponse({ webhook, delivery }: DeliveryView): DeliveryResponse {
  const { id, type, revision, position, status, attemptCount, attempts, tries } = delivery;
  const isTriedAgain = status === 'pending' && tries > 0;
  return {
    ...{ id, type, revision, position, status, attemptCount },
    attempts: attempts.map(attemptResponse),
    nextAttemptAt: isTriedAgain ? isoTimeOrNull(webhook.dueAtMs) : null,
    createdAt: isoTime(delivery.createdAtMs),
    endedAt: isoTimeOrNull(delivery.endedAtMs),
  };
}

export function pingResponse({ messageId, attempt }: Ping): PingResponse {
  return Object.assign(attemptResponse(attempt), { id: messageId });
}

function attemptResponse({ atMs, durationMs, status, error }: Attempt): DeliveryAttemptResponse {
  return { at: isoTime(atMs), durationMs, status, error };
}
