import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { projectArchived, projectExists } from './projects.errors.js';
import {
  CreateProjectRequest,
  ListProjectsQuery,
  type ProjectPageResponse,
  type ProjectResponse,
  projectResponse,
  UpdateProjectRequest,
} from './projects.dto.js';
import { ProjectsService } from './projects.service.js';

const list = 'projects';

@ApiTags('projects')
@Controller('v1/projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  /** The projects that the caller may read, by name. */
  @Get()
  @Requires('project:list')
  @Problems(validationFailed, invalidCursor)
  async listProjects(
    @Ctx() ctx: OperationContext,
    @Query() query: ListProjectsQuery,
  ): Promise<ProjectPageResponse> {
    const page = await this.projects.list(ctx, query.archived ?? false, pageRequest(query, list));
    return pageResponse(page, list, projectResponse);
  }

  /** Creates a project. */
  @Post()
  @Requires('project:create')
  @Problems(validationFailed, projectExists)
  async createProject(
    @Ctx() ctx: OperationContext,
    @Body() body: CreateProjectRequest,
  ): Promise<ProjectResponse> {
    const { name, description = null } = body;
    return projectResponse(await this.projects.create(ctx, { name, description }));
  }

  /** One project. */
  @Get(':project')
  @Requires('project:read')
  @Problems(notFound)
  async getProject(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
  ): Promise<ProjectResponse> {
    return projectResponse(await this.projects.get(ctx, project));
  }

  /** Changes the description. */
  @Patch(':project')
  @Requires('project:manage')
  @Problems(validationFailed, notFound, projectArchived)
  async updateProject(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Body() body: UpdateProjectRequest,
  ): Promise<ProjectResponse> {
    return projectResponse(await this.projects.describe(ctx, project, body));
  }

  /** Archives a project: it stays readable and refuses writes. */
  @Delete(':project')
  @HttpCode(204)
  @Requires('project:manage')
  @Problems(notFound)
  async archiveProject(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
  ): Promise<void> {
    await this.projects.archive(ctx, project);
  }

  /** Takes a project out of the archive. */
  @Post(':project/restore')
  @HttpCode(200)
  @Requires('project:manage')
  @Problems(notFound)
  async restoreProject(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
  ): Promise<ProjectResponse> {
    return projectResponse(await this.projects.restore(ctx, project));
  }
}
