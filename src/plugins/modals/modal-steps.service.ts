import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound, payloadTooLarge, validationFailed } from '../../platform/errors/index.js';
import { Clock } from '../../platform/time/index.js';
import { type ActivePlugin, ActivePlugins } from '../catalog/active-plugins.js';
import { maxBodyBytes } from '../endpoints/endpoint-request.js';
import { leastOf, PluginAccess } from '../endpoints/plugin-access.js';
import type { ModalDeclaration } from '../package/manifest.js';
import { valueFault } from '../package/value-check.js';
import { valuesOf } from './control-values.js';
import type { OwnSession } from './modal-access.js';
import { ModalCalls } from './modal-calls.js';
import { staleSession, tooManySessions } from './modal-refusals.js';
import { maxOpenSessions, type NewModalSession } from './modal-session.js';
import { ModalSessionsRepository, type ModalStep, SlotTaken } from './modal-sessions.repository.js';
import { ModalsService } from './modals.service.js';

const defaultTtlSeconds = 3_600;
const defaultIdleSeconds = 900;
/** Longer than a plugin may wait, start and work: then whoever was at work is gone. */
const stepLeaseMs = 90_000;

export interface ActionRequest {
  readonly action: string;
  readonly expectedVersion: number;
  /** The values of the controls when it is undefined. */
  readonly input: unknown;
}

/** The steps of sessions for which a plugin is asked: one at a time for each session. */
@Injectable()
export class ModalStepsService {
  constructor(
    private readonly access: PluginAccess,
    private readonly plugins: ActivePlugins,
    private readonly sessions: ModalSessionsRepository,
    private readonly modals: ModalsService,
    private readonly calls: ModalCalls,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws not-found, forbidden, plugin-modal-limit, and how a plugin may fail */
  async open(
    ctx: OperationContext,
    name: string,
    request: { readonly project: string; readonly modal: string },
  ): Promise<OwnSession> {
    const project = await this.access.requireProject(ctx, request.project, 'plugin:modal');
    const { plugin, modal } = this.modalOf(name, request.modal);
    await this.access.requireRole(ctx, project, modal.roles);
    const session = this.newSession(ctx, plugin, modal, project);
    const step = { id: newId(), sessionId: session.id };
    await this.reserve(ctx, session, step);
    try {
      const about = { plugin, modal, project, session, step };
      return await this.calls.run(ctx, about, 'open', null);
    } catch (error) {
      await this.unitOfWork.run(ctx, (tx) => this.sessions.delete(tx, session.id));
      throw error;
    }
  }

  /**
   * @throws not-found, forbidden, validation-failed, plugin-modal-conflict, plugin-modal-ended, and
   * how a plugin may fail
   */
  async act(
    ctx: OperationContext,
    name: string,
    id: string,
    request: ActionRequest,
  ): Promise<OwnSession> {
    const { session, project } = await this.modals.requireOpen(ctx, name, id);
    const { plugin, modal } = this.modalOf(name, session.modal);
    const action = modal.actions.find((one) => one.name === request.action);
    if (!action) throw notFound('The modal has no such action.');
    await this.access.requireRole(ctx, project, action.roles ?? modal.roles);
    if (session.version !== request.expectedVersion) throw staleSession(session);
    const input = request.input === undefined ? valuesOf(session.controls) : request.input;
    refuseMisfit(action, input);
    const step = { id: newId(), sessionId: id };
    const untilMs = this.clock.nowMs() + stepLeaseMs;
    const hasBegun = await this.unitOfWork.run(ctx, (tx) =>
      this.sessions.beginStep(tx, session, step, untilMs),
    );
    if (!hasBegun) throw staleSession(session);
    try {
      return await this.calls.run(
        ctx,
        { plugin, modal, project, session, step },
        action.name,
        input,
      );
    } catch (error) {
      await this.unitOfWork.run(ctx, (tx) => this.sessions.abandon(tx, step));
      throw error;
    }
  }

  private modalOf(name: string, modalName: string) {
    const plugin = this.plugins.get(name);
    const modal = plugin?.manifest.modals?.find((one) => one.name === modalName);
    if (plugin && modal) return { plugin, modal };
    throw notFound('The plugin has no such modal, or is not active, or the caller may not see it.');
  }

  private newSession(
    { principal }: OperationContext,
    { manifest, treeDigest }: ActivePlugin,
    { name: modal, roles, ...times }: ModalDeclaration,
    project: ProjectRef,
  ): NewModalSession {
    const now = this.clock.nowMs();
    const idleMs = (times.idleSeconds ?? defaultIdleSeconds) * 1000;
    const expiresAtMs = now + (times.ttlSeconds ?? defaultTtlSeconds) * 1000;
    return {
      id: newId(),
      plugin: manifest.name,
      ...{ treeDigest, modal, idleMs, expiresAtMs },
      role: leastOf(roles),
      projectId: project.id,
      // Keys hold no permission for modals, so whoever got here is a user.
      userId: principal.kind === 'user' ? principal.id : '',
      status: 'opening',
      version: 0,
      state: null,
      controls: [],
      idleAtMs: now + Math.max(idleMs, stepLeaseMs),
      createdAtMs: now,
    };
  }

  /** Takes one of the places that a user has. @throws plugin-modal-limit */
  private async reserve(
    ctx: OperationContext,
    session: NewModalSession,
    { id }: ModalStep,
  ): Promise<void> {
    const untilMs = this.clock.nowMs() + stepLeaseMs;
    // Whoever finds a place taken meanwhile looks again; each look has one place less.
    for (let look = 0; look <= maxOpenSessions; look += 1) {
      try {
        await this.unitOfWork.run(ctx, async (tx) => {
          const taken = await this.sessions.takenSlots(tx, session.userId);
          const slot = places.find((one) => !taken.includes(one));
          if (slot === undefined) throw tooManySessions();
          await this.sessions.insert(tx, session, slot, { id, untilMs });
        });
        return;
      } catch (error) {
        if (!(error instanceof SlotTaken)) throw error;
      }
    }
    throw tooManySessions();
  }
}

const places = Array.from({ length: maxOpenSessions }, (_, index) => index + 1);

function refuseMisfit(
  { input: schema }: ModalDeclaration['actions'][number],
  input: unknown,
): void {
  if (Buffer.byteLength(JSON.stringify(input)) > maxBodyBytes) {
    throw payloadTooLarge(`An action takes at most ${maxBodyBytes} bytes of JSON.`);
  }
  const fault = schema && valueFault(schema, input, '/input');
  if (!fault) return;
  throw validationFailed('The input does not fit the schema that the plugin declares.', {
    errors: [fault],
  });
}
