import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { lastAdmin, userExists } from './users.errors.js';
import {
  CreateUserRequest,
  ListUsersQuery,
  UpdateUserRequest,
  type UserPageResponse,
  type UserResponse,
  userResponse,
} from './users.dto.js';
import { UsersService } from './users.service.js';

const list = 'users';

@ApiTags('users')
@Controller('v1/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  /** All users, by username. */
  @Get()
  @Requires('user:manage')
  @Problems(validationFailed, invalidCursor)
  async listUsers(
    @Ctx() ctx: OperationContext,
    @Query() query: ListUsersQuery,
  ): Promise<UserPageResponse> {
    const filter = { prefix: query.prefix ?? '', active: query.active };
    return pageResponse(
      await this.users.list(ctx, filter, pageRequest(query, list)),
      list,
      userResponse,
    );
  }

  /** Creates a user. By default the user must choose another password at the first login. */
  @Post()
  @Requires('user:manage')
  @Problems(validationFailed, userExists)
  async createUser(
    @Ctx() ctx: OperationContext,
    @Body() body: CreateUserRequest,
  ): Promise<UserResponse> {
    const { username, password, email = null, instanceAdmin = false } = body;
    const { mustChangePassword = true } = body;
    const draft = { username, password, email, instanceAdmin, mustChangePassword };
    return userResponse(await this.users.create(ctx, draft));
  }

  /** One user. */
  @Get(':id')
  @Requires('user:manage')
  @Problems(notFound)
  async getUser(@Ctx() ctx: OperationContext, @Param('id') id: string): Promise<UserResponse> {
    return userResponse(await this.users.get(ctx, id));
  }

  /** Changes a user. Deactivation and a new password end the user's sessions. */
  @Patch(':id')
  @Requires('user:manage')
  @Problems(validationFailed, notFound, lastAdmin)
  async updateUser(
    @Ctx() ctx: OperationContext,
    @Param('id') id: string,
    @Body() body: UpdateUserRequest,
  ): Promise<UserResponse> {
    return userResponse(await this.users.update(ctx, id, body));
  }

  /** Deactivates a user and ends all sessions; nothing is deleted. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('user:manage')
  @Problems(notFound, lastAdmin)
  async deactivateUser(@Ctx() ctx: OperationContext, @Param('id') id: string): Promise<void> {
    await this.users.update(ctx, id, { active: false });
  }
}
