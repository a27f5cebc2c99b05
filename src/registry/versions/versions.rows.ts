import {
  ascii,
  boolean,
  defineRows,
  id,
  integer,
  longText,
  text,
  time,
} from '../../platform/database/index.js';
import { semverSortKeyMaxLength } from './semver-sort.js';

/** Never changes once inserted: triggers refuse it. Only a purge may empty `content`. */
export interface VersionRow {
  id: string;
  projectId: string;
  promptId: string;
  ordinal: number;
  version: string;
  /** Orders the versions of a prompt by semver precedence, in SQL. */
  semverSort: string;
  prerelease: boolean;
  /** Of the digest's input; changes only if the digest is ever taken over something else. */
  format: number;
  kind: string;
  /** Canonical JSON, served byte for byte; empty after a purge. */
  content: string;
  contentBytes: number;
  lock: string;
  digest: string;
  changelog: string | null;
  provenance: string | null;
  createdAt: number;
  createdByKind: string;
  createdById: string | null;
  createdByName: string;
  keyId: string;
  signature: string;
}

export const versionRows = defineRows<VersionRow>('versions', {
  columns: {
    id: id({ primary: true }),
    projectId: id(),
    promptId: id(),
    ordinal: integer(),
    version: ascii(64),
    semverSort: ascii(semverSortKeyMaxLength),
    prerelease: boolean(),
    format: integer(),
    kind: ascii(16),
    content: longText(),
    contentBytes: integer(),
    lock: longText(),
    digest: ascii(71),
    changelog: text(4000, { nullable: true }),
    provenance: longText({ nullable: true }),
    createdAt: time(),
    createdByKind: ascii(16),
    createdById: ascii(36, { nullable: true }),
    createdByName: text(255),
    keyId: ascii(64),
    signature: ascii(128),
  },
  uniques: {
    uq_versions_prompt_version: ['promptId', 'version'],
    uq_versions_prompt_ordinal: ['promptId', 'ordinal'],
  },
  indexes: {
    ix_versions_precedence: ['promptId', 'semverSort'],
    ix_versions_digest: ['promptId', 'digest'],
  },
  foreignKeys: [
    { name: 'fk_versions_project', columns: ['projectId'], references: 'projects', on: ['id'] },
    { name: 'fk_versions_prompt', columns: ['promptId'], references: 'prompts', on: ['id'] },
  ],
});

/** What may still change about a version. No row means that nothing has. */
export interface VersionStateRow {
  versionId: string;
  yankedAt: number | null;
  yankReason: string | null;
  deprecatedAt: number | null;
  deprecationMessage: string | null;
  replacement: string | null;
}

export const versionStateRows = defineRows<VersionStateRow>('version_states', {
  columns: {
    versionId: id({ primary: true }),
    yankedAt: time({ nullable: true }),
    yankReason: text(2000, { nullable: true }),
    deprecatedAt: time({ nullable: true }),
    deprecationMessage: text(2000, { nullable: true }),
    replacement: text(512, { nullable: true }),
  },
  foreignKeys: [
    {
      name: 'fk_version_states_version',
      columns: ['versionId'],
      references: 'versions',
      on: ['id'],
    },
  ],
});

/** Who blanked a version and why; also what lets the trigger allow it. */
export interface PurgeRow {
  versionId: string;
  reason: string;
  purgedAt: number;
  purgedByKind: string;
  purgedById: string | null;
  purgedByName: string;
}

export const purgeRows = defineRows<PurgeRow>('purges', {
  columns: {
    versionId: id({ primary: true }),
    reason: text(2000),
    purgedAt: time(),
    purgedByKind: ascii(16),
    purgedById: ascii(36, { nullable: true }),
    purgedByName: text(255),
  },
  foreignKeys: [
    { name: 'fk_purges_version', columns: ['versionId'], references: 'versions', on: ['id'] },
  ],
});
