import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Database, statement, safeInteger } from '../../platform/database/index.js';
import type { PromptIndex } from './indexed-prompt.js';
import {
  stateColumns,
  stateJoins,
  storedVersionFrom,
  type StoredVersionRow,
  versionStatements,
} from './stored-version.js';
import { versionBody } from './version-body.js';

const labels = statement(`SELECT l.name AS "name", l.version_id AS "versionId"
   FROM prompts p JOIN labels l ON l.prompt_id = p.id WHERE p.project_id = ? AND p.name = ?`);
/** A prompt without versions is one row without a version. */
const versions =
  statement(`SELECT p.id AS "promptId", v.id AS "id", v.version AS "version", v.digest AS "digest", ${stateColumns}
   FROM prompts p LEFT JOIN versions v ON v.prompt_id = p.id ${stateJoins}
   WHERE p.project_id = ? AND p.name = ? ORDER BY v.semver_sort DESC`);
const body = versionStatements('versions v', 'WHERE v.id = ?');

interface IndexRow extends Pick<
  StoredVersionRow,
  'id' | 'version' | 'digest' | 'yankedAt' | 'deprecatedAt' | 'purgedId'
> {
  readonly promptId: string;
}

/** What the read cache is filled with. */
@Injectable()
export class PromptIndexRepository {
  constructor(private readonly database: Database) {}

  /** Undefined when there is no such prompt. */
  async find(
    ctx: OperationContext,
    projectId: string,
    name: string,
  ): Promise<PromptIndex | undefined> {
    const wanted = [projectId, name];
    // The labels come first: a version never goes away, so each of them finds the one it points to.
    const pointers = await this.database.query<{ name: string; versionId: string }>(
      ctx,
      labels,
      wanted,
    );
    const rows = await this.database.query<IndexRow>(ctx, versions, wanted);
    const [first] = rows;
    if (!first) return undefined;
    return {
      promptId: first.promptId,
      labels: new Map(pointers.map((label) => [label.name, label.versionId])),
      versions: (rows as readonly (IndexRow | { id: null })[])
        .filter((row): row is IndexRow => row.id !== null)
        .map((row) => ({
          id: row.id,
          version: row.version,
          digest: row.digest,
          yankedAtMs: safeInteger(row.yankedAt),
          deprecatedAtMs: safeInteger(row.deprecatedAt),
          purged: row.purgedId !== null,
        })),
    };
  }

  /** The answer that shows the version; undefined when its content was purged. */
  async findBody(
    ctx: OperationContext,
    project: string,
    name: string,
    versionId: string,
  ): Promise<string | undefined> {
    const [row] = await this.database.query<StoredVersionRow>(ctx, body.with, [versionId]);
    if (!row) throw new Error('a version that was just found is gone');
    const { version, content } = storedVersionFrom(row);
    return content === '' ? undefined : versionBody(project, name, version, content);
  }
}
