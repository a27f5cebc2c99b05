import { Injectable } from '@nestjs/common';
import { ProjectNames } from '../../access/index.js';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { notFound } from '../../platform/errors/index.js';
import { PluginAccess } from '../endpoints/plugin-access.js';
import type { ModalSession } from './modal-session.js';
import { ModalSessionsRepository } from './modal-sessions.repository.js';

export interface OwnSession {
  readonly session: ModalSession;
  readonly project: ProjectRef;
}

/** A session is its owner's, and only for as long as the owner may use its modal. */
@Injectable()
export class ModalAccess {
  constructor(
    private readonly access: PluginAccess,
    private readonly projectNames: ProjectNames,
    private readonly sessions: ModalSessionsRepository,
  ) {}

  /** @throws not-found, forbidden */
  async require(ctx: OperationContext, plugin: string, id: string): Promise<OwnSession> {
    const session = await this.find(ctx, plugin, id);
    const project = await this.mayUse(ctx, session);
    if (!isOwner(ctx, session)) throw noSession();
    return { session, project };
  }

  /** The same for whoever only ends it: an owner who may do nothing else any more can do that. */
  async requireToEnd(ctx: OperationContext, plugin: string, id: string): Promise<ModalSession> {
    const session = await this.find(ctx, plugin, id);
    if (isOwner(ctx, session)) return session;
    await this.mayUse(ctx, session);
    throw noSession();
  }

  private async find(ctx: OperationContext, plugin: string, id: string): Promise<ModalSession> {
    const session = isId(id) ? await this.sessions.find(ctx, id) : undefined;
    if (session?.plugin !== plugin) throw noSession();
    return session;
  }

  private async mayUse(
    ctx: OperationContext,
    { projectId, role }: ModalSession,
  ): Promise<ProjectRef> {
    const name = (await this.projectNames.find(ctx, projectId)) ?? '';
    const project = await this.access.requireProject(ctx, name, 'plugin:modal');
    await this.access.requireRole(ctx, project, [role]);
    return project;
  }
}

function isOwner({ principal }: OperationContext, { userId }: ModalSession): boolean {
  return principal.kind === 'user' && principal.id === userId;
}

/** Postgres takes no NUL in a text, and nothing else than an id can be one. */
function isId(text: string): boolean {
  return /^[0-9a-f-]{36}$/.test(text);
}

function noSession() {
  return notFound('There is no such session of the caller; it may have expired.');
}
