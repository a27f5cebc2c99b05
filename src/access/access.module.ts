import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Policy } from '../platform/authorization/index.js';
import { AccessGuard } from './access.guard.js';
import { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
import { ApiKeyStrategy } from './api-keys/api-key.strategy.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { BackgroundWrites } from './background-writes.js';
import { MembersController } from './members/members.controller.js';
import { MembersRepository } from './members/members.repository.js';
import { MembersService } from './members/members.service.js';
import { AccessPolicy } from './policy/access-policy.js';
import { GrantsRepository } from './policy/grants.repository.js';
import { RolesController } from './policy/roles.controller.js';
import { ProjectsController } from './projects/projects.controller.js';
import { ProjectsRepository } from './projects/projects.repository.js';
import { ProjectsService } from './projects/projects.service.js';
import { AccessTokenStrategy } from './sessions/access-token.strategy.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { LoginService } from './sessions/login.service.js';
import { OwnAccount } from './sessions/own-account.js';
import { OwnSessionsController } from './sessions/own-sessions.controller.js';
import { OwnSessionsService } from './sessions/own-sessions.service.js';
import { RefreshService } from './sessions/refresh.service.js';
import { SessionAuthenticator } from './sessions/session-authenticator.js';
import { SessionTokens } from './sessions/session-tokens.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { FirstAdmin } from './users/first-admin.js';
import { PasswordHasher } from './users/password-hasher.js';
import { UsersController } from './users/users.controller.js';
import { UsersRepository } from './users/users.repository.js';
import { UsersService } from './users/users.service.js';

const credentials = [
  { provide: APP_GUARD, useClass: AccessGuard },
  AccessTokenStrategy,
  AccessTokens,
  ApiKeyAuthenticator,
  ApiKeyStrategy,
  SessionAuthenticator,
  SessionTokens,
];

/** Who the callers are and what they may do. Global, because every area asks the policy. */
@Global()
@Module({
  controllers: [
    SessionsController,
    OwnSessionsController,
    UsersController,
    RolesController,
    ProjectsController,
    MembersController,
    ApiKeysController,
  ],
  providers: [
    ...credentials,
    { provide: Policy, useClass: AccessPolicy },
    ApiKeysRepository,
    ApiKeysService,
    BackgroundWrites,
    FirstAdmin,
    GrantsRepository,
    LoginService,
    MembersRepository,
    MembersService,
    OwnAccount,
    OwnSessionsService,
    PasswordHasher,
    ProjectsRepository,
    ProjectsService,
    RefreshService,
    SessionsRepository,
    SessionsService,
    UsersRepository,
    UsersService,
  ],
  exports: [Policy, FirstAdmin],
})
export class AccessModule {}
