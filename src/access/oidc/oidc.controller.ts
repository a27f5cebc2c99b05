import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import {
  notFound,
  overloaded,
  unauthenticated,
  validationFailed,
} from '../../platform/errors/index.js';
import { Ctx, Problems, Public, rateLimited } from '../../platform/http/index.js';
import { type SessionResponse, sessionResponse } from '../sessions/sessions.dto.js';
import {
  type AuthMethodsResponse,
  authMethodsResponse,
  CompleteOidcSignInRequest,
  type OidcSignInResponse,
  oidcSignInResponse,
  StartOidcSignInRequest,
} from './oidc.dto.js';
import { identityProviderUnavailable } from './oidc.errors.js';
import { OidcService } from './oidc.service.js';

@ApiTags('auth')
@Controller('v1/auth')
export class OidcController {
  constructor(private readonly oidc: OidcService) {}

  /** How users can sign in here. */
  @Get('methods')
  @Public()
  getAuthMethods(): AuthMethodsResponse {
    return authMethodsResponse(this.oidc.methods());
  }

  /** Begins a sign-in at the identity provider. */
  @Post('oidc/authorize')
  @HttpCode(200)
  @Public()
  @Problems(validationFailed, notFound, identityProviderUnavailable)
  async startOidcSignIn(@Body() body: StartOidcSignInRequest): Promise<OidcSignInResponse> {
    return oidcSignInResponse(await this.oidc.authorize(body.redirectUri));
  }

  /** Ends a sign-in: trades what the identity provider answered for a session. */
  @Post('oidc/token')
  @HttpCode(200)
  @Public()
  @Problems(
    validationFailed,
    unauthenticated,
    notFound,
    rateLimited,
    overloaded,
    identityProviderUnavailable,
  )
  async completeOidcSignIn(
    @Ctx() ctx: OperationContext,
    @Body() body: CompleteOidcSignInRequest,
  ): Promise<SessionResponse> {
    return sessionResponse(await this.oidc.complete(ctx, body));
  }
}
