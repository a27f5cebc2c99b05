import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { ActorResponse } from '../../platform/http/index.js';
import { isoTime, isoTimeOrNull } from '../../platform/time/index.js';
import type { DisabledReason, Webhook, WebhookWithSecret } from './webhook.js';
import { webhookEventTypes } from './webhook-event-types.js';

const maxPatterns = 100;
const maxPatternLength = 257;
const maxEventLength = 64;
const maxUrlLength = 2048;
const maxDescriptionLength = 500;
const maxOverlapSeconds = 30 * 24 * 60 * 60;
const events = `What it is told of: \`*\`, event types, or their beginnings followed by \`.*\`. The types are ${webhookEventTypes.map((type) => `\`${type}\``).join(', ')}.`;
const isGiven = (_: unknown, value: unknown) => value !== undefined;

export class CreateWebhookRequest {
  /** Where messages are posted to: https, at a public address, without a user name or password. */
  @IsString()
  @Length(1, maxUrlLength)
  url: string;

  @ApiProperty({ description: `${events} By default all.` })
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(maxPatterns)
  @IsString({ each: true })
  @MaxLength(maxEventLength, { each: true })
  events?: string[];

  /** The prompts it is told of: `*`, a prompt name, or a folder and `/*`. By default all. */
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(maxPatterns)
  @IsString({ each: true })
  @MaxLength(maxPatternLength, { each: true })
  prompts?: string[];

  /** What it is for. */
  @IsOptional()
  @IsString()
  @MaxLength(maxDescriptionLength)
  description?: string | null;
}

/** What is absent stays as it is. */
export class UpdateWebhookRequest {
  /** Where messages are posted to from now on, those that are waiting among them. */
  @ValidateIf(isGiven)
  @IsString()
  @Length(1, maxUrlLength)
  url?: string;

  @ApiProperty({ description: events })
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(maxPatterns)
  @IsString({ each: true })
  @MaxLength(maxEventLength, { each: true })
  events?: string[];

  /** The prompts it is told of: `*`, a prompt name, or a folder and `/*`. */
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(maxPatterns)
  @IsString({ each: true })
  @MaxLength(maxPatternLength, { each: true })
  prompts?: string[];

  /** `null` removes it. */
  @IsOptional()
  @IsString()
  @MaxLength(maxDescriptionLength)
  description?: string | null;

  /** `false` stops sending; `true` goes on where it stopped, with what happened meanwhile. */
  @ValidateIf(isGiven)
  @IsBoolean()
  active?: boolean;
}

export class RotateWebhookSecretRequest {
  /** How long the secret as it was goes on signing too, in seconds, up to 30 days. By default a day. */
  @ValidateIf(isGiven)
  @IsInt()
  @Min(0)
  @Max(maxOverlapSeconds)
  overlapSeconds?: number;
}

export class WebhookDisabledResponse {
  /** Somebody paused it, its receiver answered 410, or it failed for days. */
  @ApiProperty({ enum: ['paused', 'gone', 'failing'] })
  reason: DisabledReason;
  at: string;
}

export class WebhookResponse {
  id: string;
  url: string;
  events: string[];
  prompts: string[];
  description: string | null;
  active: boolean;
  /** Why and since when it is not active. */
  disabled: WebhookDisabledResponse | null;
  /** The end of the secret, to tell it by. */
  secretLastFour: string;
  /** Until when the secret before the last rotation signs too. */
  previousSecretExpiresAt: string | null;
  /** Messages that wait to be sent. */
  pending: number;
  /** When the oldest of them is tried next. */
  nextAttemptAt: string | null;
  createdAt: string;
  createdBy: ActorResponse;
  updatedAt: string;
}

export class WebhookWithSecretResponse extends WebhookResponse {
  /** What messages are signed with. No later answer holds it. */
  secret: string;
}

export class WebhookPageResponse {
  items: WebhookResponse[];
  nextCursor: string | null;
  total?: number;
}

export function webhookResponse(webhook: Webhook): WebhookResponse {
  const { id, url, events, prompts, description, disabled, secretLastFour, pending } = webhook;
  return {
    ...{ id, url, description, secretLastFour, pending },
    events: [...events],
    prompts: [...prompts],
    active: disabled === null,
    disabled: disabled && { reason: disabled.reason, at: isoTime(disabled.atMs) },
    previousSecretExpiresAt: isoTimeOrNull(webhook.previousSecretExpiresAtMs),
    nextAttemptAt: isoTimeOrNull(webhook.dueAtMs),
    createdAt: isoTime(webhook.createdAtMs),
    createdBy: webhook.createdBy,
    updatedAt: isoTime(webhook.updatedAtMs),
  };
}

export function withSecretResponse({
  webhook,
  secret,
}: WebhookWithSecret): WebhookWithSecretResponse {
  return Object.assign(webhookResponse(webhook), { secret });
}
