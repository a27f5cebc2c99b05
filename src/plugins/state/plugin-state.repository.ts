import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { Database, safeInteger } from '../../platform/database/index.js';
import { Clock } from '../../platform/time/index.js';
import { pluginStateRows, pluginValueRows } from './plugin-state.rows.js';

/** SECURITY: everything that is read or written is below one of these. */
export interface StatePlace {
  readonly plugin: string;
  readonly project: ProjectRef;
}

export interface StoredSize {
  readonly keys: number;
  readonly bytes: number;
}

@Injectable()
export class PluginStateRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The JSON that is stored under the name. */
  async find(ctx: OperationContext, place: StatePlace, name: string): Promise<string | undefined> {
    const { plugin, project } = place;
    const row = await this.values(ctx)
      .createQueryBuilder('value')
      .innerJoin(pluginStateRows.table, 'state', 'state.id = value.stateId')
      .where('state.plugin = :plugin AND state.projectId = :projectId AND value.name = :name', {
        plugin,
        projectId: project.id,
        name,
      })
      .getOne();
    return row?.value;
  }

  /** The id of the place, made when it is missing, and locked until the transaction ends. */
  async lock(tx: OperationContext, { plugin, project }: StatePlace): Promise<string> {
    const place = { plugin, projectId: project.id };
    const rows = this.database.rows(tx, pluginStateRows);
    // The upsert locks the row on every database, and changes nothing of one that is there.
    await rows
      .createQueryBuilder()
      .insert()
      .values({ id: newId(), ...place })
      .orUpdate(['plugin'], ['plugin', 'project_id'])
      .execute();
    return (await rows.findOneByOrFail(place)).id;
  }

  /** What is stored below the locked place but for one name. */
  async sizeWithout(tx: OperationContext, stateId: string, name: string): Promise<StoredSize> {
    const found = await this.values(tx)
      .createQueryBuilder('value')
      .select('COUNT(*)', 'count')
      .addSelect('SUM(value.bytes)', 'total')
      .where('value.stateId = :stateId AND value.name <> :name', { stateId, name })
      .getRawOne<{ count: unknown; total: unknown }>();
    return { keys: safeInteger(found?.count) ?? 0, bytes: safeInteger(found?.total) ?? 0 };
  }

  /** Below the locked place. */
  async put(
    tx: OperationContext,
    stateId: string,
    stored: { readonly name: string; readonly value: string; readonly bytes: number },
  ): Promise<void> {
    const { name, value, bytes } = stored;
    const content = { value, bytes, updatedAt: this.clock.nowMs() };
    const { affected } = await this.values(tx).update({ stateId, name }, content);
    if (affected === 1) return;
    await this.values(tx).insert({ id: newId(), stateId, name, ...content });
  }

  async delete(tx: OperationContext, stateId: string, name: string): Promise<void> {
    await this.values(tx).delete({ stateId, name });
  }

  private values(ctx: OperationContext) {
    return this.database.rows(ctx, pluginValueRows);
  }
}
