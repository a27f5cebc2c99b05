import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { validationFailed } from '../../platform/errors/index.js';
import { type ActivePlugin, ActivePlugins } from '../catalog/active-plugins.js';
import { failedCall, wrongAnswer } from '../endpoints/failed-call.js';
import { callerOf } from '../host/caller-of.js';
import { PluginHost } from '../host/plugin-host.port.js';
import type { ModalDeclaration } from '../package/manifest.js';
import type { OwnSession } from './modal-access.js';
import { stoppedMeanwhile } from './modal-refusals.js';
import type { NewModalSession } from './modal-session.js';
import { ModalSessionsRepository, type ModalStep } from './modal-sessions.repository.js';
import { modalView, ViewFault } from './modal-view.js';

/** What one call of a modal is about. */
export interface ModalCall {
  readonly plugin: ActivePlugin;
  readonly modal: ModalDeclaration;
  readonly project: ProjectRef;
  readonly session: NewModalSession;
  readonly step: ModalStep;
}

/** Calls a modal of a plugin, and stores what comes of it. */
@Injectable()
export class ModalCalls {
  constructor(
    private readonly plugins: ActivePlugins,
    private readonly host: PluginHost,
    private readonly sessions: ModalSessionsRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws plugin-failed, plugin-timeout, plugin-unavailable, plugin-modal-ended */
  async run(
    ctx: OperationContext,
    call: ModalCall,
    action: string,
    input: unknown,
  ): Promise<OwnSession> {
    const { modal, project, session, step } = call;
    const plugin = this.asItIsNow(call.plugin);
    const { name } = plugin.manifest;
    const updateSession = (update: unknown) => this.update(ctx, call, update);
    const shown = {
      id: session.id,
      modal: modal.name,
      project: project.name,
      caller: callerOf(ctx.principal, project),
      state: session.state,
    };
    const outcome = await plugin.call(
      { kind: 'modal', modal: modal.name, action },
      { session: shown, input },
      this.host.of({ ctx, plugin, project, updateSession }),
    );
    if (!outcome.ok) throw failedCall(name, outcome);
    const view = checked(name, () => modalView(outcome.value, modal, action !== 'open'));
    const isStored = await this.unitOfWork.run(ctx, (tx) =>
      this.sessions.finish(tx, step, session, view),
    );
    const stored = isStored ? await this.sessions.find(ctx, session.id) : undefined;
    if (!stored) throw stoppedMeanwhile();
    return { session: stored, project };
  }

  /**
   * A session goes on with the same bytes in another process. What other bytes have replaced is
   * stopped, and so is the session with it.
   */
  private asItIsNow(plugin: ActivePlugin): ActivePlugin {
    const serving = this.plugins.get(plugin.manifest.name);
    return serving?.treeDigest === plugin.treeDigest ? serving : plugin;
  }

  /** `session.update`: the reason of a refusal is the plugin's to read. */
  private async update(
    ctx: OperationContext,
    { modal, step }: ModalCall,
    update: unknown,
  ): Promise<void> {
    const view = readable(() => modalView(update, modal, false));
    const isStored = await this.unitOfWork.run(ctx, (tx) => this.sessions.write(tx, step, view));
    if (!isStored) throw stoppedMeanwhile();
  }
}

function checked<T>(plugin: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ViewFault) throw wrongAnswer(plugin, error.message);
    throw error;
  }
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ViewFault) throw validationFailed(error.message);
    throw error;
  }
}
