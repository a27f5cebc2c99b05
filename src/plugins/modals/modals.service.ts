import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { type Page, pageOf, type PageRequest } from '../../platform/paging/index.js';
import { ActivePlugins } from '../catalog/active-plugins.js';
import { withValues } from './control-values.js';
import { ModalAccess, type OwnSession } from './modal-access.js';
import { endedSession, staleSession } from './modal-refusals.js';
import { hasEnded, type ModalSession } from './modal-session.js';
import { ModalSessionsRepository } from './modal-sessions.repository.js';
import { isPluginName } from '../package/parse-manifest.js';

/** The sessions of a caller, as far as no plugin is asked. */
@Injectable()
export class ModalsService {
  constructor(
    private readonly policy: Policy,
    private readonly access: ModalAccess,
    private readonly sessions: ModalSessionsRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly plugins: ActivePlugins,
  ) {}

  /** The caller's own sessions with the plugin, in the projects where the caller may have one. */
  async list(
    ctx: OperationContext,
    plugin: string,
    page: PageRequest,
  ): Promise<Page<ModalSession>> {
    const scope = await this.policy.scope(ctx, 'plugin:modal');
    // A name that no plugin has is no question for a database.
    if (ctx.principal.kind !== 'user' || !isPluginName(plugin)) {
      return pageOf<ModalSession>([], page.limit, () => [], page.total ? 0 : undefined);
    }
    return this.sessions.list(ctx, { userId: ctx.principal.id, plugin }, scope, page);
  }

  /** @throws not-found, forbidden */
  async get(ctx: OperationContext, plugin: string, id: string): Promise<OwnSession> {
    const own = await this.access.require(ctx, plugin, id);
    return { ...own, session: await this.asItIsNow(ctx, own.session) };
  }

  /** A session that can go on. @throws not-found, forbidden, plugin-modal-ended */
  async requireOpen(ctx: OperationContext, plugin: string, id: string): Promise<OwnSession> {
    const own = await this.get(ctx, plugin, id);
    if (hasEnded(own.session)) throw endedSession(own.session);
    return own;
  }

  /**
   * Keeps what the user has put into the controls.
   *
   * @throws not-found, forbidden, validation-failed, plugin-modal-conflict, plugin-modal-ended
   */
  async putValues(
    ctx: OperationContext,
    plugin: string,
    id: string,
    change: {
      readonly expectedVersion: number;
      readonly values: Readonly<Record<string, unknown>>;
    },
  ): Promise<OwnSession> {
    const { session, project } = await this.requireOpen(ctx, plugin, id);
    if (session.version !== change.expectedVersion) throw staleSession(session);
    const controls = withValues(session.controls, change.values);
    const isStored = await this.unitOfWork.run(ctx, (tx) =>
      this.sessions.putControls(tx, session, controls),
    );
    if (!isStored) throw staleSession(session);
    return { session: (await this.access.require(ctx, plugin, id)).session, project };
  }

  /** Ends a session, whatever its plugin is doing: a step at work finds nothing to write to. */
  async stop(ctx: OperationContext, plugin: string, id: string): Promise<void> {
    const session = await this.access.requireToEnd(ctx, plugin, id);
    await this.unitOfWork.run(ctx, (tx) => this.sessions.delete(tx, session.id));
  }

  /** A session with a build of the plugin that is not here any more has ended, once and for all. */
  private async asItIsNow(ctx: OperationContext, session: ModalSession): Promise<ModalSession> {
    const active = this.plugins.get(session.plugin);
    const isReplaced = active !== undefined && active.treeDigest !== session.treeDigest;
    if (hasEnded(session) || !isReplaced) return session;
    await this.unitOfWork.run(ctx, (tx) => this.sessions.endReplaced(tx, session.id));
    return { ...session, status: 'replaced' };
  }
}
