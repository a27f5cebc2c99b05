import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Database } from '../../platform/database/index.js';
import { PromptsRepository } from '../prompts/prompts.repository.js';
import { labelRows } from '../labels/labels.rows.js';
import type { PromptIndex } from './indexed-prompt.js';
import { versionBody } from './version-body.js';
import { versionFrom } from './versions.repository.js';
import { purgeRows, versionRows, versionStateRows } from './versions.rows.js';

@Injectable()
export class PromptIndexRepository {
  constructor(
    private readonly database: Database,
    private readonly prompts: PromptsRepository,
  ) {}

  async find(
    ctx: OperationContext,
    projectId: string,
    name: string,
  ): Promise<PromptIndex | undefined> {
    const promptId = await this.prompts.findId(ctx, projectId, name);
    if (promptId === undefined) return undefined;
    const labels = await this.database.rows(ctx, labelRows).find({ where: { promptId } });
    const rows = await this.database
      .rows(ctx, versionRows)
      .createQueryBuilder('version')
      .leftJoin(versionStateRows.table, 'state', 'state.versionId = version.id')
      .leftJoin(purgeRows.table, 'purge', 'purge.versionId = version.id')
      .select('version.id', 'id')
      .addSelect('version.version', 'version')
      .addSelect('version.digest', 'digest')
      .addSelect('state.yankedAt', 'yankedAt')
      .addSelect('state.deprecatedAt', 'deprecatedAt')
      .addSelect('purge.versionId', 'purgedId')
      .where('version.promptId = :promptId', { promptId })
      .orderBy('version.semverSort', 'DESC')
      .getRawMany<{
        id: string;
        version: string;
        digest: string;
        yankedAt: unknown;
        deprecatedAt: unknown;
        purgedId: string | null;
      }>();
    return {
      promptId,
      labels: new Map(labels.map((row) => [row.name, row.versionId])),
      versions: rows.map((row) => ({
        id: row.id,
        version: row.version,
        digest: row.digest,
        yankedAtMs: row.yankedAt === null ? null : Number(row.yankedAt),
        deprecatedAtMs: row.deprecatedAt === null ? null : Number(row.deprecatedAt),
        purged: row.purgedId !== null,
      })),
    };
  }

  async findBody(
    ctx: OperationContext,
    project: string,
    name: string,
    id: string,
  ): Promise<string | undefined> {
    const row = await this.database.rows(ctx, versionRows).findOneByOrFail({ id });
    return row.content === ''
      ? undefined
      : versionBody(project, name, versionFrom(row), row.content);
  }
}
