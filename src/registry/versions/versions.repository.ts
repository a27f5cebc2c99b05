import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { actorOf, type OperationContext } from '../../platform/authorization/index.js';
import { actorColumns, actorFrom, Database, statement } from '../../platform/database/index.js';
import { counterOf, type Page, pageOf, type PageRequest } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import type { JsonObject } from '../content/content.js';
import type { Lock } from '../content/content-digest.js';
import { isStable } from './semver.js';
import { semverSortKey } from './semver-sort.js';
import type { Version, VersionSummary } from './version.js';
import type { VersionSignature } from './version-signature.js';
import { type VersionRow, versionRows } from './versions.rows.js';

export interface NewVersion {
  readonly id: string;
  readonly projectId: string;
  readonly promptId: string;
  readonly ordinal: number;
  readonly version: string;
  readonly kind: string;
  /** Canonical text. */
  readonly content: string;
  readonly lock: Lock;
  readonly digest: string;
  readonly changelog: string | null;
  readonly provenance: JsonObject | null;
  readonly signature: VersionSignature;
}

const summaries =
  statement(`SELECT v.id AS "id", v.version AS "version", v.digest AS "digest", s.yanked_at AS "yankedAt", g.version_id AS "purgedId"
   FROM versions v LEFT JOIN version_states s ON s.version_id = v.id LEFT JOIN purges g ON g.version_id = v.id
   WHERE v.prompt_id = ? ORDER BY v.semver_sort DESC`);
const content = statement('SELECT v.content AS "content" FROM versions v WHERE v.id = ?');

interface SummaryRow {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly yankedAt: unknown;
  readonly purgedId: string | null;
}

/** Of the digest's input: `{content, format, lock}`. */
const DIGEST_FORMAT = 1;

/** Everything of a row but its content, which is loaded only when it is to be sent. */
export const versionColumns = [
  'id',
  'projectId',
  'promptId',
  'ordinal',
  'version',
  'digest',
  'lock',
  'changelog',
  'provenance',
  'createdAt',
  'createdByKind',
  'createdById',
  'createdByName',
  'keyId',
  'signature',
] as const satisfies (keyof VersionRow)[];

/** What the database has of `Version`. */
export type VersionMetadataRow = Pick<VersionRow, (typeof versionColumns)[number]>;

@Injectable()
export class VersionsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Every version of a prompt, highest first. A number, a base and a duplicate are decided on it, so
   * a publish reads it under the prompt's lock.
   */
  async listSummaries(ctx: OperationContext, promptId: string): Promise<readonly VersionSummary[]> {
    const rows = await this.database.query<SummaryRow>(ctx, summaries, [promptId]);
    return rows.map(({ id, version, digest, yankedAt, purgedId }) => ({
      id,
      version,
      digest,
      yanked: yankedAt !== null,
      purged: purgedId !== null,
    }));
  }

  async insert(tx: OperationContext, version: NewVersion): Promise<Version> {
    const { lock, provenance, signature, ...columns } = version;
    const row = {
      ...columns,
      semverSort: semverSortKey(version.version),
      prerelease: !isStable(version.version),
      format: DIGEST_FORMAT,
      contentBytes: Buffer.byteLength(version.content),
      lock: JSON.stringify(lock),
      provenance: provenance === null ? null : JSON.stringify(provenance),
      createdAt: this.clock.nowMs(),
      ...actorColumns('createdBy', actorOf(tx.principal)),
      keyId: signature.keyId,
      signature: signature.value,
    };
    await this.database.insert(tx, versionRows, [row]);
    return versionFrom(row);
  }

  /** Newest published first. */
  async list(ctx: OperationContext, promptId: string, page: PageRequest): Promise<Page<Version>> {
    const query = this.metadata(ctx, promptId);
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) query.andWhere('version.ordinal < :after', { after: counterOf(page.after) });
    const rows = await query
      .orderBy('version.ordinal', 'DESC')
      .limit(page.limit + 1)
      .getMany();
    return pageOf(rows.map(versionFrom), page.limit, ({ ordinal }) => [ordinal], total);
  }

  async findByVersion(
    ctx: OperationContext,
    promptId: string,
    version: string,
  ): Promise<Version | undefined> {
    const row = await this.metadata(ctx, promptId)
      .andWhere('version.version = :version', { version })
      .getOne();
    return row ? versionFrom(row) : undefined;
  }

  /** As `findByVersion`, for a number that is known to be taken. */
  async getByVersion(ctx: OperationContext, promptId: string, version: string): Promise<Version> {
    const found = await this.findByVersion(ctx, promptId, version);
    if (!found) throw new Error('a version that was just found is gone');
    return found;
  }

  /** The canonical text of the content; empty after a purge. */
  async getContent(ctx: OperationContext, versionId: string): Promise<string> {
    const [row] = await this.database.query<{ content: string }>(ctx, content, [versionId]);
    if (!row) throw new Error('a version that was just found is gone');
    return row.content;
  }

  /** The trigger lets this through only after `VersionStatesRepository.insertPurge` in the same transaction. */
  async blankContent(tx: OperationContext, versionId: string): Promise<void> {
    await this.database.rows(tx, versionRows).update({ id: versionId }, { content: '' });
  }

  private metadata(ctx: OperationContext, promptId: string): SelectQueryBuilder<VersionRow> {
    return this.database
      .rows(ctx, versionRows)
      .createQueryBuilder('version')
      .select(versionColumns.map((column) => `version.${column}`))
      .where('version.promptId = :promptId', { promptId });
  }
}

export function versionFrom(row: VersionMetadataRow): Version {
  return {
    id: row.id,
    promptId: row.promptId,
    projectId: row.projectId,
    version: row.version,
    ordinal: row.ordinal,
    digest: row.digest,
    lock: JSON.parse(row.lock) as Lock,
    changelog: row.changelog,
    provenance: row.provenance === null ? null : (JSON.parse(row.provenance) as JsonObject),
    createdAtMs: row.createdAt,
    createdBy: actorFrom(row, 'createdBy'),
    signature: { keyId: row.keyId, alg: 'ed25519', value: row.signature },
  };
}
