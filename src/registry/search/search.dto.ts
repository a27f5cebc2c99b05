import { Transform } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { PageQuery, QueryBoolean } from '../../platform/http/index.js';
import { PromptResponse } from '../prompts/prompts.dto.js';
import { type PromptSort, promptSorts } from './prompt-search.js';

/** A parameter that may be repeated arrives as text when it is there once. */
function QueryList(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? [value] : value,
  );
}

export class PromptsQuery extends PageQuery {
  /** Up to 10 words that the name or the description must hold, in any order and case. */
  @IsOptional()
  @MaxLength(500)
  @Matches(/^[^\0]*$/, { message: 'must hold no NUL character' })
  q?: string;

  /** A tag that the prompt must have; may be repeated. */
  @IsOptional()
  @QueryList()
  @IsArray()
  @IsString({ each: true })
  tag?: string[];

  /** Whether the prompt must have all the tags, as it does by default, or any of them. */
  @IsOptional()
  @IsIn(['all', 'any'])
  match?: 'all' | 'any';

  /** What the name starts with; `support/` is everything in that folder. */
  @IsOptional()
  @MaxLength(255)
  @Matches(/^[a-z0-9._/-]*$/, { message: 'must be the start of a prompt name' })
  prefix?: string;

  /** A label that the prompt must have. */
  @IsOptional()
  @IsString()
  label?: string;

  /** `true` lists only archived prompts; otherwise only live ones are listed. */
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  archived?: boolean;

  /** A minus means descending. */
  @IsOptional()
  @IsIn(promptSorts)
  sort?: PromptSort;
}

export class PromptPageResponse {
  items: PromptResponse[];
  nextCursor: string | null;
  total?: number;
}

export class TagResponse {
  tag: string;
  /** How many prompts have it; archived ones do not count. */
  promptCount: number;
}

export class TagPageResponse {
  items: TagResponse[];
  nextCursor: string | null;
  total?: number;
}
