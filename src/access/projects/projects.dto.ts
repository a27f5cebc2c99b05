import { IsBoolean, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { ActorResponse, PageQuery, QueryBoolean } from '../../platform/http/index.js';
import { isoTime } from '../../platform/time/index.js';
import type { Project } from './project.js';
import { maxProjectNameLength } from './project-name.js';

const maxDescriptionLength = 2000;

export class ListProjectsQuery extends PageQuery {
  /** Whether to list the archived projects instead of the others. */
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  archived?: boolean;
}

export class CreateProjectRequest {
  /** 1 to 100 lower-case letters and digits, with single dots, underscores or hyphens between. */
  @IsString()
  @MinLength(1)
  @MaxLength(maxProjectNameLength)
  name: string;

  @IsOptional()
  @IsString()
  @MaxLength(maxDescriptionLength)
  description?: string | null;
}

/** What is absent stays as it is. */
export class UpdateProjectRequest {
  /** `null` removes it. */
  @IsOptional()
  @IsString()
  @MaxLength(maxDescriptionLength)
  description?: string | null;
}

export class ProjectResponse {
  id: string;
  name: string;
  description: string | null;
  createdAt: string;
  createdBy: ActorResponse;
  updatedAt: string;
  archived: boolean;
}

export class ProjectPageResponse {
  items: ProjectResponse[];
  nextCursor: string | null;
  total?: number;
}

export function projectResponse(project: Project): ProjectResponse {
  const { createdAtMs, updatedAtMs, ...shown } = project;
  return { ...shown, createdAt: isoTime(createdAtMs), updatedAt: isoTime(updatedAtMs) };
}
