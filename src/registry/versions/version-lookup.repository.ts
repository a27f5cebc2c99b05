import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Database } from '../../platform/database/index.js';
import { labelRows } from '../labels/labels.rows.js';
import { highestSatisfying, type VersionLookup } from './selector.js';
import type { Version } from './version.js';
import { versionColumns, versionFrom } from './versions.repository.js';
import { purgeRows, type VersionRow, versionRows, versionStateRows } from './versions.rows.js';

/** Answers selectors from the database, without ever loading content. */
@Injectable()
export class VersionLookupRepository {
  constructor(private readonly database: Database) {}

  /** The versions of one prompt as a selector sees them. A purged one is chosen by number or label only. */
  of(ctx: OperationContext, promptId: string): VersionLookup<Version> {
    const select = () => this.select(ctx, promptId);
    return {
      findExact: async (version) =>
        one(select().andWhere('version.version = :version', { version })),
      findLabelled: async (label) =>
        one(
          select()
            .innerJoin(
              labelRows.table,
              'label',
              'label.versionId = version.id AND label.promptId = version.promptId',
            )
            .andWhere('label.name = :label', { label }),
        ),
      findLatest: async () =>
        one(choosable(select()).andWhere('version.prerelease = :no', { no: false })),
      findSatisfying: (range) => this.findSatisfying(ctx, promptId, range),
    };
  }

  /** Ranges do not sort in SQL, so the numbers alone are read, and then the one version. */
  private async findSatisfying(
    ctx: OperationContext,
    promptId: string,
    range: string,
  ): Promise<Version | undefined> {
    const numbers = await choosable(this.select(ctx, promptId))
      .select('version.version', 'version')
      .getRawMany<{ version: string }>();
    const highestFirst = numbers.map(({ version }) => version);
    const version = highestSatisfying(highestFirst, range);
    if (version === undefined) return undefined;
    return one(this.select(ctx, promptId).andWhere('version.version = :version', { version }));
  }

  private select(ctx: OperationContext, promptId: string): SelectQueryBuilder<VersionRow> {
    return this.database
      .rows(ctx, versionRows)
      .createQueryBuilder('version')
      .select(versionColumns.map((column) => `version.${column}`))
      .where('version.promptId = :promptId', { promptId });
  }
}

/** Neither yanked nor purged, highest first. */
function choosable(query: SelectQueryBuilder<VersionRow>): SelectQueryBuilder<VersionRow> {
  return query
    .leftJoin(versionStateRows.table, 'state', 'state.versionId = version.id')
    .leftJoin(purgeRows.table, 'purge', 'purge.versionId = version.id')
    .andWhere('state.yankedAt IS NULL AND purge.versionId IS NULL')
    .orderBy('version.semverSort', 'DESC');
}

async function one(query: SelectQueryBuilder<VersionRow>): Promise<Version | undefined> {
  const row = await query.limit(1).getOne();
  return row ? versionFrom(row) : undefined;
}
