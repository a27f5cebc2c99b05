import { Injectable } from '@nestjs/common';
import { backgroundContext, type OperationContext } from '../../../platform/authorization/index.js';
import { UnitOfWork } from '../../../platform/database/index.js';
import { Outbox } from '../../../platform/events/index.js';
import { pluginSwitched } from '../catalog.events.js';
import type { PluginSwitch } from './plugin-switch.js';
import { SwitchesRepository } from './switches.repository.js';

/** What was decided about plugins, of which every instance hears. */
@Injectable()
export class PluginSwitches {
  private readonly ctx = backgroundContext('plugins');

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly switches: SwitchesRepository,
  ) {}

  /** Undefined while nobody has decided. */
  async find(ctx: OperationContext, name: string): Promise<PluginSwitch | undefined> {
    return this.switches.find(ctx, name);
  }

  async turn(ctx: OperationContext, name: string, state: 'enabled' | 'disabled'): Promise<void> {
    await this.unitOfWork.run(ctx, async (tx) => {
      if ((await this.switches.find(tx, name))?.state === state) return;
      await this.put(tx, name, { state, reason: null });
    });
  }

  /** Until somebody enables it. One that an admin turned off meanwhile stays so: that is no less. */
  async quarantine(name: string, reason: string): Promise<void> {
    await this.unitOfWork.run(this.ctx, async (tx) => {
      const before = await this.switches.find(tx, name);
      if (before && before.state !== 'enabled') return;
      await this.put(tx, name, { state: 'quarantined', reason });
    });
  }

  /**
   * In the caller's transaction. A plugin that is still there is turned off, so that nothing begins by
   * itself again. Answers whether anything was decided about it.
   */
  async forget(tx: OperationContext, name: string, isThere: boolean): Promise<boolean> {
    const wasDecided = await this.switches.delete(tx, name);
    if (isThere) await this.switches.put(tx, name, { state: 'disabled', reason: null });
    return wasDecided;
  }

  private async put(tx: OperationContext, name: string, switched: PluginSwitch): Promise<void> {
    await this.switches.put(tx, name, switched);
    this.outbox.record(tx, pluginSwitched(name, switched));
  }
}
