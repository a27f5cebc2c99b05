import { statement, safeInteger, snakeCase } from '../../platform/database/index.js';
import type { Version } from './version.js';
import { versionColumns, versionFrom, type VersionMetadataRow } from './versions.repository.js';

/** A version with what may change about it, as of one moment. */
export interface StoredVersion {
  readonly version: Version;
  readonly yankedAtMs: number | null;
  readonly deprecatedAtMs: number | null;
  readonly purged: boolean;
  /** Canonical text; empty when it was not asked for, or purged. */
  readonly content: string;
}

export interface StoredVersionRow extends Omit<VersionMetadataRow, 'createdAt'> {
  readonly createdAt: string | number;
  readonly yankedAt: string | number | null;
  readonly deprecatedAt: string | number | null;
  readonly purgedId: string | null;
  readonly content?: string;
}

export function storedVersionFrom(row: StoredVersionRow): StoredVersion {
  return {
    version: versionFrom({ ...row, createdAt: Number(row.createdAt) }),
    yankedAtMs: safeInteger(row.yankedAt),
    deprecatedAtMs: safeInteger(row.deprecatedAt),
    purged: row.purgedId !== null,
    content: row.content ?? '',
  };
}

const metadata = versionColumns
  .map((column) => `v."${snakeCase(column)}" AS "${column}"`)
  .join(', ');

export const stateColumns =
  's.yanked_at AS "yankedAt", s.deprecated_at AS "deprecatedAt", pu.version_id AS "purgedId"';
export const stateJoins =
  'LEFT JOIN version_states s ON s.version_id = v.id LEFT JOIN purges pu ON pu.version_id = v.id';

/**
 * A statement in two forms: with the content, for whoever will send it, and without.
 *
 * @param rest joins and conditions over `v`, the version, `s`, its state, and `pu`, its purge
 */
export function versionStatements(from: string, rest: string) {
  const form = (columns: string) =>
    statement(`SELECT ${columns}, ${stateColumns} FROM ${from} ${stateJoins} ${rest}`);
  return {
    with: form(`${metadata}, v.content AS "content"`),
    without: form(metadata),
  };
}
