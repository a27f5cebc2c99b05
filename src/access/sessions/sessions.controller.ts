import { Body, Controller, Get, HttpCode, Post, Put, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { overloaded, unauthenticated, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Public, rateLimited, Requires } from '../../platform/http/index.js';
import { LoginService } from './login.service.js';
import { PasswordLoginGuard } from './password-login.guard.js';
import { RefreshService } from './refresh.service.js';
import {
  ChangePasswordRequest,
  LoginRequest,
  type OwnUserResponse,
  ownUserResponse,
  RefreshRequest,
  type SessionResponse,
  sessionResponse,
} from './sessions.dto.js';
import { passwordLoginDisabled } from './sessions.errors.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('auth')
@Controller('v1/auth')
export class SessionsController {
  constructor(
    private readonly logins: LoginService,
    private readonly refreshes: RefreshService,
    private readonly sessions: SessionsService,
  ) {}

  /** Starts a session of up to 30 days. */
  @Post('login')
  @HttpCode(200)
  @Public()
  @UseGuards(PasswordLoginGuard)
  @Problems(validationFailed, unauthenticated, passwordLoginDisabled, rateLimited, overloaded)
  async login(@Ctx() ctx: OperationContext, @Body() body: LoginRequest): Promise<SessionResponse> {
    return sessionResponse(await this.logins.login(ctx, body));
  }

  /** Trades a refresh token for a new pair; using one twice ends its session. */
  @Post('refresh')
  @HttpCode(200)
  @Public()
  @Problems(validationFailed, unauthenticated, rateLimited)
  async refresh(
    @Ctx() ctx: OperationContext,
    @Body() body: RefreshRequest,
  ): Promise<SessionResponse> {
    return sessionResponse(await this.refreshes.refresh(ctx, body.refreshToken));
  }

  /** Ends the session of the access token. */
  @Post('logout')
  @HttpCode(204)
  @Requires('self:manage')
  async logout(@Ctx() ctx: OperationContext): Promise<void> {
    await this.sessions.logout(ctx);
  }

  /** The user who calls. */
  @Get('me')
  @Requires('self:manage')
  async getOwnUser(@Ctx() ctx: OperationContext): Promise<OwnUserResponse> {
    return ownUserResponse(await this.sessions.getOwnUser(ctx));
  }

  /** Changes the caller's password and ends the caller's other sessions. */
  @Put('password')
  @HttpCode(204)
  @Requires('self:manage')
  @UseGuards(PasswordLoginGuard)
  @Problems(validationFailed, passwordLoginDisabled, overloaded)
  async changePassword(
    @Ctx() ctx: OperationContext,
    @Body() body: ChangePasswordRequest,
  ): Promise<void> {
    await this.sessions.changePassword(ctx, body);
  }
}
