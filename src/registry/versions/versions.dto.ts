import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { ActorResponse, FreeJson } from '../../platform/http/index.js';
import { contentReference } from '../content/content.openapi.js';

export class PublishVersionRequest {
  /** Text, chat messages or structured sections, with variables and contract. */
  @FreeJson(contentReference)
  content: unknown;

  /** An exact semver number; either this or `bump`. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  version?: string | null;

  /** Lets the server number the version; `auto` by what the contract asks for. */
  @IsOptional()
  @IsIn(['auto', 'major', 'minor', 'patch'])
  bump?: 'auto' | 'major' | 'minor' | 'patch' | null;

  /** With `bump`: makes it a prerelease such as `rc.1`. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  prerelease?: string | null;

  /** The version the content was made from; refused when a newer one exists in its major. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  baseVersion?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(4000)
  changelog?: string | null;

  /** Labels to move to the version in the same transaction. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  labels?: string[] | null;

  /** Of the prompt; with its first version only. */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string | null;

  /** Of the prompt; with its first version only. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  tags?: string[] | null;

  /** Where the version came from: an object of at most 8 KiB, outside the digest. */
  @FreeJson({ type: 'object', additionalProperties: true, nullable: true })
  provenance?: unknown;

  /** `none` lets a number pass that promises too much. */
  @IsOptional()
  @IsIn(['semver', 'none'])
  policy?: 'semver' | 'none' | null;

  /** Publishes content that equals the stable version before it. */
  @IsOptional()
  @IsBoolean()
  allowDuplicate?: boolean | null;
}

export class LockEntryResponse {
  /** `name@version` of an included prompt. */
  ref: string;
  digest: string;
}

export class SignatureResponse {
  keyId: string;
  alg: 'ed25519';
  /** base64 */
  value: string;
}

/** A variable that is declared and never used. */
export class TemplateWarningResponse {
  pointer: string;
  code: string;
  detail: string;
}

/** One version. It never changes; ask the list of versions for what may change about it. */
export class VersionResponse {
  project: string;
  name: string;
  version: string;
  /** 1, 2, 3 … per prompt in publish order. */
  ordinal: number;
  /** `sha256:<hex>` over the RFC 8785 text of `{content, format: 1, lock}`. */
  digest: string;
  @ApiProperty(contentReference)
  content: unknown;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  provenance: object | null;
  lock: LockEntryResponse[];
  changelog: string | null;
  createdAt: string;
  createdBy: ActorResponse;
  signature: SignatureResponse;
}

export class PublishedVersionResponse extends VersionResponse {
  /** Only when there are any. */
  warnings?: TemplateWarningResponse[];
}

export class YankResponse {
  reason: string;
  at: string;
}

export class DeprecationResponse {
  message: string;
  /** A textual reference to what to use instead. */
  replacement: string | null;
  at: string;
}

export class VersionListItemResponse {
  version: string;
  ordinal: number;
  digest: string;
  changelog: string | null;
  createdAt: string;
  createdBy: ActorResponse;
  labels: string[];
  yanked: YankResponse | null;
  deprecated: DeprecationResponse | null;
  /** Its content was erased for good. */
  purged: boolean;
}

export class VersionListResponse {
  items: VersionListItemResponse[];
  nextCursor: string | null;
  total?: number;
}

export class CheckVersionRequest {
  @FreeJson(contentReference)
  content: unknown;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  baseVersion?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(20)
  prerelease?: string | null;
}

export class ContractChangeResponse {
  code: string;
  bump: 'none' | 'patch' | 'minor' | 'major';
  /** JSON Pointer into the content. */
  path: string;
  detail: string;
}

export class CheckVersionResponse {
  requiredBump: 'none' | 'patch' | 'minor' | 'major';
  suggestedVersion: string;
  reasons: ContractChangeResponse[];
  /** The highest version with this very content. */
  duplicateOf: string | null;
  warnings: TemplateWarningResponse[];
}

export class YankVersionRequest {
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason: string;
}

export class DeprecateVersionRequest {
  /** What readers should know; null takes the deprecation back. */
  @ValidateIf((_, message) => message !== null)
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  message: string | null;

  /** What to use instead, such as `support/triage@^2`. */
  @IsOptional()
  @IsString()
  @MaxLength(512)
  replacement?: string | null;
}

export class PurgeVersionRequest {
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason: string;
}
