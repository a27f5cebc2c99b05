import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsAscii, IsOptional, Matches, MaxLength } from 'class-validator';
import { PageQuery, QueryTime } from '../platform/http/index.js';

const nulFree = /^[^\0]*$/;
const isNulFree = { message: 'must hold no NUL character' };

export class AuditFilterQuery {
  /** Only events of this type, such as `prompt.version.published`. */
  @IsOptional()
  @IsAscii()
  @Matches(nulFree, isNulFree)
  @MaxLength(64)
  type?: string;

  /** Only what the user or API key with this id did. */
  @IsOptional()
  @IsAscii()
  @Matches(nulFree, isNulFree)
  @MaxLength(36)
  actor?: string;

  /** Only what was done to the thing with this id or name. */
  @IsOptional()
  @Matches(nulFree, isNulFree)
  @MaxLength(512)
  subject?: string;

  /** Only what happened at this time or later. */
  @IsOptional()
  @QueryTime()
  since?: Date;

  /** Only what happened before this time. */
  @IsOptional()
  @QueryTime()
  until?: Date;
}

export class AuditQuery extends IntersectionType(AuditFilterQuery, PageQuery) {}

export class AuditActorResponse {
  kind: 'user' | 'key' | 'anonymous' | 'system';
  id: string | null;
  /** As it was then. */
  name: string;
}

export class AuditSubjectResponse {
  type: string;
  id: string;
  /** As it was then. */
  name: string;
}

/** An entry of the audit trail. Its hash is over the RFC 8785 text of all the other fields. */
export class AuditEntryResponse {
  /** Numbers the entries of the instance without a gap. */
  sequence: number;
  at: string;
  /** What happened, in the past tense. */
  type: string;
  /** Null for what concerns the instance and no single project. */
  projectId: string | null;
  /** The revision of the project. */
  revision: number;
  /** The place within the revision, from 0. */
  position: number;
  actor: AuditActorResponse;
  requestId: string;
  ip: string | null;
  userAgent: string | null;
  subject: AuditSubjectResponse;
  /** Digest of what the subject was. */
  before: string | null;
  /** Digest of what the subject became. */
  after: string | null;
  /** Further facts. Never content, never a secret. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  data: object;
  /** `hash` of the entry before. */
  previousHash: string;
  hash: string;
}

export class AuditPageResponse {
  items: AuditEntryResponse[];
  nextCursor: string | null;
  total?: number;
}
