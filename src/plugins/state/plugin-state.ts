import { Injectable } from '@nestjs/common';
import { projectArchived } from '../../access/index.js';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { PluginStateRepository, type StatePlace } from './plugin-state.repository.js';
import { pluginStateFull } from './state.errors.js';

/** What one plugin may keep in one project. */
export const stateLimits = { keys: 1_000, bytes: 1024 * 1024, bytesOfValue: 64 * 1024 } as const;

/**
 * Small values that plugins keep, each plugin for itself and in one project. They are the plugin's own:
 * who may make it read or write them is decided by who may make the call that does.
 */
@Injectable()
export class PluginState {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly repository: PluginStateRepository,
  ) {}

  /** Null when nothing is stored under the key. */
  async get(ctx: OperationContext, place: StatePlace, key: string): Promise<unknown> {
    const json = await this.repository.find(ctx, place, key);
    return json === undefined ? null : (JSON.parse(json) as unknown);
  }

  /** @throws plugin-state-full, project-archived */
  async set(ctx: OperationContext, place: StatePlace, key: string, value: unknown): Promise<void> {
    refuseArchived(place);
    const json = JSON.stringify(value);
    const bytes = Buffer.byteLength(json);
    if (bytes > stateLimits.bytesOfValue) {
      throw pluginStateFull(`A value has ${stateLimits.bytesOfValue} bytes of JSON at most.`);
    }
    const stored = { name: key, value: json, bytes: bytes + key.length };
    await this.unitOfWork.run(ctx, async (tx) => {
      const stateId = await this.repository.lock(tx, place);
      const others = await this.repository.sizeWithout(tx, stateId, key);
      if (others.keys + 1 > stateLimits.keys) {
        throw pluginStateFull(`A plugin keeps ${stateLimits.keys} keys in a project at most.`);
      }
      if (others.bytes + stored.bytes > stateLimits.bytes) {
        throw pluginStateFull(`A plugin keeps ${stateLimits.bytes} bytes in a project at most.`);
      }
      await this.repository.put(tx, stateId, stored);
    });
  }

  /** Does nothing when nothing is stored. @throws project-archived */
  async delete(ctx: OperationContext, place: StatePlace, key: string): Promise<void> {
    refuseArchived(place);
    await this.unitOfWork.run(ctx, async (tx) => {
      await this.repository.delete(tx, await this.repository.lock(tx, place), key);
    });
  }
}

function refuseArchived({ project }: StatePlace): void {
  if (!project.archived) return;
  throw projectArchived('Restore the project first: until then its plugins keep nothing new.');
}
