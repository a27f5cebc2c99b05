import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { ListOf, ProblemResponse } from '../../platform/http/index.js';
import { VersionResponse } from '../../registry/index.js';

const maxItems = 100;

export class BatchItemRequest {
  /** The name of the prompt. */
  @IsString()
  @MaxLength(255)
  prompt: string;

  /** As in the path of a single read. */
  @IsString()
  @MaxLength(256)
  selector: string;

  /** The digest from a lock file; another version is answered with 412. */
  @IsOptional()
  @Matches(/^sha256:[0-9a-f]{64}$/, { message: 'digest must be sha256: and 64 hex digits' })
  digest?: string | null;

  /** The `etag` of the item from before, or the ETag of a single read. */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  ifNoneMatch?: string | null;
}

export class BatchGetRequest {
  @ListOf(BatchItemRequest, { min: 1, max: maxItems })
  items: BatchItemRequest[];
}

/** What a single read would have answered. */
export class BatchItemResponse {
  /** 200 with `body`, 304 with neither, anything else with `problem`. */
  @ApiProperty({ type: 'integer' })
  status: number;
  /** The headers of the single read, by what they are called there. */
  etag?: string;
  cacheControl?: string;
  contentLocation?: string;
  deprecation?: string;
  body?: VersionResponse;
  problem?: ProblemResponse;
}

export class BatchGetResponse {
  /** In the order of the request, and all of one moment. */
  items: BatchItemResponse[];
}
