import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { ActorResponse } from '../../platform/http/index.js';

export class CreatePromptRequest {
  /** Lower-case letters and digits, with dots, underscores or hyphens between, in folders. */
  @IsString()
  name: string;

  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string | null;

  /** Who answers for the prompt: a team, a person, an address. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  owner?: string | null;

  /** At most 50 words of up to 64 characters, for searches. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  tags?: string[] | null;
}

/** What is absent stays as it is; null removes it. */
export class UpdatePromptRequest {
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string | null;

  /** Who answers for the prompt: a team, a person, an address. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  owner?: string | null;
}

export class SetPromptTagsRequest {
  /** Replaces all tags: at most 50 words of up to 64 characters. */
  @IsArray()
  @IsString({ each: true })
  tags: string[];
}

export class ClonePromptRequest {
  /** Of the new prompt. */
  @IsString()
  name: string;

  /** Where the new prompt is made; absent for the same project. */
  @IsOptional()
  @IsString()
  project?: string | null;

  /** Selector of the version to copy; absent for `latest`. */
  @IsOptional()
  @IsString()
  version?: string | null;
}

export class PromptResponse {
  id: string;
  project: string;
  name: string;
  description: string | null;
  owner: string | null;
  /** Sorted. */
  tags: string[];
  /** The highest stable version that is neither yanked nor purged. */
  latest: string | null;
  /** The version that each label points to. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  labels: Readonly<Record<string, string>>;
  versionCount: number;
  archived: boolean;
  createdAt: string;
  createdBy: ActorResponse;
  /** When a version was published, or the prompt itself was changed. */
  updatedAt: string;
  updatedBy: ActorResponse;
}
