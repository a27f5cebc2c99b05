import { Injectable } from '@nestjs/common';
import { actorOf, type OperationContext } from '../../../platform/authorization/index.js';
import { actorColumns, Database } from '../../../platform/database/index.js';
import { Clock } from '../../../platform/time/index.js';
import type { PluginSwitch, SwitchState } from './plugin-switch.js';
import { switchRows } from './switches.rows.js';

@Injectable()
export class SwitchesRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Undefined while nobody has decided. */
  async find(ctx: OperationContext, name: string): Promise<PluginSwitch | undefined> {
    const row = await this.database.rows(ctx, switchRows).findOneBy({ name });
    return row ? { state: row.state as SwitchState, reason: row.reason } : undefined;
  }

  /** What was decided about each plugin. */
  async list(ctx: OperationContext): Promise<ReadonlyMap<string, SwitchState>> {
    const rows = await this.database.rows(ctx, switchRows).find();
    return new Map(rows.map(({ name, state }) => [name, state as SwitchState]));
  }

  async put(tx: OperationContext, name: string, { state, reason }: PluginSwitch): Promise<void> {
    const changedAt = this.clock.nowMs();
    const changedBy = actorColumns('changedBy', actorOf(tx.principal));
    await this.database
      .rows(tx, switchRows)
      .createQueryBuilder()
      .insert()
      .values({ name, state, reason, changedAt, ...changedBy })
      .orUpdate(
        ['state', 'reason', 'changed_at', 'changed_by_kind', 'changed_by_id', 'changed_by_name'],
        ['name'],
      )
      .execute();
  }

  /** Answers whether there was one. */
  async delete(tx: OperationContext, name: string): Promise<boolean> {
    const { affected } = await this.database.rows(tx, switchRows).delete({ name });
    return (affected ?? 0) > 0;
  }
}
