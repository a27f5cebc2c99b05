import { Inject, Injectable } from '@nestjs/common';
import type { OperationContext, UserPrincipal } from '../../platform/authorization/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import { type IssuedTokens, SessionTokens, type TokenGrant } from '../sessions/session-tokens.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { decideByGroups } from './group-decision.js';
import { GroupMemberships } from './group-memberships.js';
import { NewcomerRaced } from './newcomer-raced.js';
import { OidcAccounts } from './oidc-accounts.js';
import { signedIn } from './oidc.events.js';
import type { Profile } from './profile.js';
import { SignInRefused } from './sign-in-refused.js';

/** More first sign-ins of one name at once are somebody's experiment. */
const maxAttempts = 5;

/** Starts the session of somebody for whom the identity provider vouches. */
@Injectable()
export class SignInService {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'oidcRoles'>,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly accounts: OidcAccounts,
    private readonly memberships: GroupMemberships,
    private readonly sessions: SessionsRepository,
    private readonly tokens: SessionTokens,
  ) {}

  /**
   * Account, roles and session change together or not at all.
   *
   * @throws SignInRefused for a deactivated user
   */
  async signIn(ctx: OperationContext, profile: Profile): Promise<IssuedTokens> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const granted = await this.unitOfWork.run(ctx, (tx) => this.start(tx, profile));
        return await this.tokens.issue(granted);
      } catch (error) {
        // The other one has committed, so this time it is found.
        if (!(error instanceof NewcomerRaced) || attempt === maxAttempts) throw error;
      }
    }
  }

  /** Locks projects, then users, then revision counters, as everything else does. */
  private async start(tx: OperationContext, profile: Profile): Promise<TokenGrant> {
    const decision = decideByGroups(this.config.oidcRoles ?? new Map(), profile.groups);
    const found = await this.accounts.findOrCreate(tx, profile);
    if (!found.user.active) throw new SignInRefused('deactivated');
    const memberEvents = await this.memberships.apply(tx, found.user, decision);
    const { user, events } = await this.accounts.update(
      tx,
      found.user,
      profile,
      decision.instanceAdmin,
    );
    const session = await this.sessions.insert(tx, user.id);
    const principal: UserPrincipal = {
      ...{ kind: 'user', id: user.id, name: user.username, sessionId: session.id },
      ...{ instanceAdmin: user.instanceAdmin, mustChangePassword: user.mustChangePassword },
    };
    const happened = [...found.events, ...memberEvents, ...events, signedIn(session.id, user)];
    for (const event of happened) this.outbox.record({ ...tx, principal }, event);
    return this.tokens.grant(tx, session, user);
  }
}
