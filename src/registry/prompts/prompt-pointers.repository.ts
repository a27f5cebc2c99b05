import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Database } from '../../platform/database/index.js';
import { labelRows } from '../labels/labels.rows.js';
import { purgeRows, versionRows, versionStateRows } from '../versions/versions.rows.js';
import { promptRows } from './prompts.rows.js';

/** What the movable names of a prompt stand for now. */
export interface PromptPointers {
  /** The highest stable version that is neither yanked nor purged; null when there is none. */
  readonly latest: string | null;
  /** Versions by label, labels in the order of their names. */
  readonly labels: Readonly<Record<string, string>>;
}

@Injectable()
export class PromptPointersRepository {
  constructor(private readonly database: Database) {}

  async get(ctx: OperationContext, promptId: string): Promise<PromptPointers> {
    const pointers = (await this.listByIds(ctx, [promptId])).get(promptId);
    return pointers ?? { latest: null, labels: {} };
  }

  /** One entry for every id given, in two queries however many there are. */
  async listByIds(
    ctx: OperationContext,
    promptIds: readonly string[],
  ): Promise<ReadonlyMap<string, PromptPointers>> {
    if (promptIds.length === 0) return new Map();
    const latest = await this.latestOf(ctx, promptIds);
    const labels = await this.labelsOf(ctx, promptIds);
    return new Map(
      promptIds.map((id) => {
        const pairs = labels.get(id)?.map(({ name, version }) => [name, version] as const) ?? [];
        return [id, { latest: latest.get(id) ?? null, labels: Object.fromEntries(pairs) }];
      }),
    );
  }

  /** Asks for the highest one of each prompt, which the index on versions has at hand. */
  private async latestOf(
    ctx: OperationContext,
    promptIds: readonly string[],
  ): Promise<ReadonlyMap<string, string | null>> {
    const rows = await this.database
      .rows(ctx, promptRows)
      .createQueryBuilder('prompt')
      .select('prompt.id', 'id')
      .addSelect(
        (query) =>
          query
            .select('version.version')
            .from(versionRows.table, 'version')
            .leftJoin(versionStateRows.table, 'state', 'state.versionId = version.id')
            .leftJoin(purgeRows.table, 'purge', 'purge.versionId = version.id')
            .where('version.promptId = prompt.id AND version.prerelease = :no', { no: false })
            .andWhere('state.yankedAt IS NULL AND purge.versionId IS NULL')
            .orderBy('version.semverSort', 'DESC')
            .limit(1),
        'latest',
      )
      .where('prompt.id IN (:...promptIds)', { promptIds })
      .getRawMany<{ id: string; latest: string | null }>();
    return new Map(rows.map(({ id, latest }) => [id, latest]));
  }

  private async labelsOf(ctx: OperationContext, promptIds: readonly string[]) {
    const rows = await this.database
      .rows(ctx, labelRows)
      .createQueryBuilder('label')
      .innerJoin(versionRows.table, 'version', 'version.id = label.versionId')
      .select('label.promptId', 'promptId')
      .addSelect('label.name', 'name')
      .addSelect('version.version', 'version')
      .where('label.promptId IN (:...promptIds)', { promptIds })
      .orderBy('label.name', 'ASC')
      .getRawMany<{ promptId: string; name: string; version: string }>();
    return Map.groupBy(rows, ({ promptId }) => promptId);
  }
}
