import { Injectable } from '@nestjs/common';
import { actorOf, type OperationContext } from '../../platform/authorization/index.js';
import { actorColumns, Database } from '../../platform/database/index.js';
import { Clock } from '../../platform/time/index.js';
import type { VersionState } from './version.js';
import { purgeRows, type VersionStateRow, versionStateRows } from './versions.rows.js';

/** What the state columns hold when nobody has said anything about the version. */
const untouched = {
  yankedAt: null,
  yankReason: null,
  deprecatedAt: null,
  deprecationMessage: null,
  replacement: null,
};

@Injectable()
export class VersionStatesRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async get(ctx: OperationContext, versionId: string): Promise<VersionState> {
    const states = await this.listByIds(ctx, [versionId]);
    return states.get(versionId) ?? stateFrom(undefined, false);
  }

  /** One entry for every id given. */
  async listByIds(
    ctx: OperationContext,
    versionIds: readonly string[],
  ): Promise<ReadonlyMap<string, VersionState>> {
    if (versionIds.length === 0) return new Map();
    const ids = [...versionIds];
    const states = await this.database
      .rows(ctx, versionStateRows)
      .createQueryBuilder('state')
      .where('state.versionId IN (:...ids)', { ids })
      .getMany();
    const purges = await this.database
      .rows(ctx, purgeRows)
      .createQueryBuilder('purge')
      .where('purge.versionId IN (:...ids)', { ids })
      .getMany();
    const byId = new Map(states.map((state) => [state.versionId, state]));
    const purged = new Set(purges.map((purge) => purge.versionId));
    return new Map(ids.map((id) => [id, stateFrom(byId.get(id), purged.has(id))]));
  }

  async setYank(tx: OperationContext, versionId: string, reason: string | null): Promise<void> {
    await this.upsert(tx, versionId, {
      yankedAt: reason === null ? null : this.clock.nowMs(),
      yankReason: reason,
    });
  }

  async setDeprecation(
    tx: OperationContext,
    versionId: string,
    message: string | null,
    replacement: string | null,
  ): Promise<void> {
    await this.upsert(tx, versionId, {
      deprecatedAt: message === null ? null : this.clock.nowMs(),
      deprecationMessage: message,
      replacement,
    });
  }

  /** What lets the trigger on versions allow the content to be blanked in the same transaction. */
  async insertPurge(tx: OperationContext, versionId: string, reason: string): Promise<void> {
    await this.database.rows(tx, purgeRows).insert({
      versionId,
      reason,
      purgedAt: this.clock.nowMs(),
      ...actorColumns('purgedBy', actorOf(tx.principal)),
    });
  }

  /** The prompt is locked, so nobody inserts between the two statements. */
  private async upsert(
    tx: OperationContext,
    versionId: string,
    changes: Partial<VersionStateRow>,
  ): Promise<void> {
    const rows = this.database.rows(tx, versionStateRows);
    const existing = await rows.existsBy({ versionId });
    if (existing) await rows.update({ versionId }, changes);
    else await rows.insert({ versionId, ...untouched, ...changes });
  }
}

function stateFrom(row: VersionStateRow | undefined, purged: boolean): VersionState {
  const { yankedAt, yankReason, deprecatedAt, deprecationMessage, replacement } = row ?? untouched;
  return {
    yanked: yankedAt === null ? null : { atMs: yankedAt, reason: yankReason ?? '' },
    deprecated:
      deprecatedAt === null
        ? null
        : { atMs: deprecatedAt, message: deprecationMessage ?? '', replacement },
    purged,
  };
}
