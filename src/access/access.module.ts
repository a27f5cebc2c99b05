import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Policy } from '../platform/authorization/index.js';
import { AccessGuard } from './access.guard.js';
import { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
import { ApiKeyStrategy } from './api-keys/api-key.strategy.js';
import { ApiKeyUses } from './api-keys/api-key-uses.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { BackgroundWrites } from './background-writes.js';
import { HeldCredentials } from './held-credentials.js';
import { ProjectAdminsRepository } from './members/project-admins.repository.js';
import { MembersController } from './members/members.controller.js';
import { MembersRepository } from './members/members.repository.js';
import { MembersService } from './members/members.service.js';
import { FlowSeal } from './oidc/flow-seal.js';
import { GroupMemberships } from './oidc/group-memberships.js';
import { IdentitiesRepository } from './oidc/identities.repository.js';
import { IdentityProvider } from './oidc/identity-provider.js';
import { OidcAccounts } from './oidc/oidc-accounts.js';
import { OidcController } from './oidc/oidc.controller.js';
import { OidcService } from './oidc/oidc.service.js';
import { SignInService } from './oidc/sign-in.service.js';
import { AccessPolicy } from './policy/access-policy.js';
import { GrantsRepository } from './policy/grants.repository.js';
import { Grants } from './policy/grants.js';
import { RolesController } from './policy/roles.controller.js';
import { LiveProjects } from './projects/live-projects.js';
import { ProjectNames } from './projects/project-names.js';
import { ProjectsController } from './projects/projects.controller.js';
import { ProjectsRepository } from './projects/projects.repository.js';
import { ProjectsService } from './projects/projects.service.js';
import { AccessTokenStrategy } from './sessions/access-token.strategy.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { LoginService } from './sessions/login.service.js';
import { PasswordCheck } from './sessions/password-check.js';
import { OwnAccount } from './sessions/own-account.js';
import { OwnSessionsController } from './sessions/own-sessions.controller.js';
import { OwnSessionsService } from './sessions/own-sessions.service.js';
import { RefreshService } from './sessions/refresh.service.js';
import { SessionAuthenticator } from './sessions/session-authenticator.js';
import { SessionTokens } from './sessions/session-tokens.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { KnownNetworksRepository } from './throttling/known-networks.repository.js';
import { LoginCounters } from './throttling/login-counters.js';
import { LoginThrottle } from './throttling/login-throttle.js';
import { PrincipalQuotaGuard } from './throttling/principal-quota.guard.js';
import { RateLimitsRepository } from './throttling/rate-limits.repository.js';
import { RefusalTrail } from './throttling/refusal-trail.js';
import { FirstAdmin } from './users/first-admin.js';
import { PASSWORD_COST, type PasswordCost } from './users/password-cost.js';
import { PasswordHasher } from './users/password-hasher.js';
import { UsersController } from './users/users.controller.js';
import { UsersRepository } from './users/users.repository.js';
import { UsersService } from './users/users.service.js';
import { VerifiedCredentials } from './verified-credentials.js';

const credentials = [
  { provide: APP_GUARD, useClass: AccessGuard },
  AccessTokenStrategy,
  AccessTokens,
  ApiKeyAuthenticator,
  ApiKeyStrategy,
  HeldCredentials,
  SessionAuthenticator,
  ApiKeyUses,
  SessionTokens,
  VerifiedCredentials,
];

const throttling = [
  // After the guard that tells who calls.
  { provide: APP_GUARD, useClass: PrincipalQuotaGuard },
  KnownNetworksRepository,
  LoginCounters,
  LoginThrottle,
  RateLimitsRepository,
  RefusalTrail,
];

const openIdConnect = [
  FlowSeal,
  GroupMemberships,
  IdentitiesRepository,
  IdentityProvider,
  OidcAccounts,
  OidcService,
  SignInService,
];

/** Who the callers are and what they may do. Global, because every area asks the policy. */
@Global()
@Module({
  controllers: [
    SessionsController,
    OidcController,
    OwnSessionsController,
    UsersController,
    RolesController,
    ProjectsController,
    MembersController,
    ApiKeysController,
  ],
  providers: [
    ...credentials,
    ...throttling,
    ...openIdConnect,
    { provide: Policy, useClass: AccessPolicy },
    ApiKeysRepository,
    ApiKeysService,
    BackgroundWrites,
    FirstAdmin,
    Grants,
    GrantsRepository,
    LiveProjects,
    ProjectNames,
    LoginService,
    MembersRepository,
    MembersService,
    OwnAccount,
    OwnSessionsService,
    PasswordCheck,
    PasswordHasher,
    ProjectAdminsRepository,
    ProjectsRepository,
    ProjectsService,
    RefreshService,
    SessionsRepository,
    SessionsService,
    UsersRepository,
    UsersService,
  ],
  exports: [
    ApiKeyUses,
    Policy,
    FirstAdmin,
    HeldCredentials,
    LiveProjects,
    ProjectNames,
    ProjectAdminsRepository,
    RefusalTrail,
    VerifiedCredentials,
  ],
})
export class AccessModule {
  static with(passwordCost: PasswordCost): DynamicModule {
    return {
      module: AccessModule,
      providers: [{ provide: PASSWORD_COST, useValue: passwordCost }],
    };
  }
}
