import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsRFC3339,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { type Verb, verbs } from '../../platform/authorization/index.js';
import { isoTime, isoTimeOrNull } from '../../platform/time/index.js';
import type { ApiKey, CreatedApiKey } from './api-key.js';

const maxPatterns = 100;
const maxPatternLength = 257;
const maxOverlapSeconds = 30 * 24 * 60 * 60;
const isGiven = (_: unknown, value: unknown) => value !== undefined;

export class CreateApiKeyRequest {
  /** What the key is for, such as `checkout service`. */
  @IsString()
  @Length(1, 100)
  name: string;

  /** What the key may do. By default it reads. */
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(verbs.length)
  @IsIn(verbs, { each: true, message: `must be among ${verbs.join(', ')}` })
  verbs?: Verb[];

  /** The prompts it reaches: `*`, a prompt name, or a folder and `/*`. By default all. */
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(maxPatterns)
  @IsString({ each: true })
  @MaxLength(maxPatternLength, { each: true })
  prompts?: string[];

  /** The labels it may move with the verb `label`: `*` or label names. By default all. */
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMaxSize(maxPatterns)
  @IsString({ each: true })
  @MaxLength(maxPatternLength, { each: true })
  labels?: string[];

  /** When it stops working, in RFC 3339. By default never. */
  @IsOptional()
  @IsRFC3339()
  @MaxLength(40)
  expiresAt?: string | null;
}

export class RotateApiKeyRequest {
  /** How long the key as it was goes on working, in seconds, up to 30 days. By default an hour. */
  @ValidateIf(isGiven)
  @IsInt()
  @Min(0)
  @Max(maxOverlapSeconds)
  overlapSeconds?: number;

  /** When the key stops working, in RFC 3339; null for never. By default it stays as it is. */
  @IsOptional()
  @IsRFC3339()
  @MaxLength(40)
  expiresAt?: string | null;
}

export class ApiKeyResponse {
  id: string;
  name: string;
  /** The start of the key, to recognise it by. */
  prefix: string;
  verbs: Verb[];
  prompts: string[];
  labels: string[];
  expiresAt: string | null;
  createdAt: string;
  /** Until when the key as it was before its last rotation works. */
  previousKeyExpiresAt: string | null;
  /** To the minute. */
  lastUsedAt: string | null;
  revokedAt: string | null;
}

export class CreatedApiKeyResponse extends ApiKeyResponse {
  /** The key itself. No later answer holds it. */
  key: string;
}

export class ApiKeyPageResponse {
  items: ApiKeyResponse[];
  nextCursor: string | null;
  total?: number;
}

export function apiKeyResponse(key: ApiKey): ApiKeyResponse {
  const { id, name, prefix } = key;
  return {
    id,
    name,
    prefix,
    verbs: [...key.verbs],
    prompts: [...key.prompts],
    labels: [...key.labels],
    expiresAt: isoTimeOrNull(key.expiresAtMs),
    createdAt: isoTime(key.createdAtMs),
    previousKeyExpiresAt: isoTimeOrNull(key.previousExpiresAtMs),
    lastUsedAt: isoTimeOrNull(key.lastUsedAtMs),
    revokedAt: isoTimeOrNull(key.revokedAtMs),
  };
}

export function createdApiKeyResponse({ apiKey, secret }: CreatedApiKey): CreatedApiKeyResponse {
  return Object.assign(apiKeyResponse(apiKey), { key: secret });
}
