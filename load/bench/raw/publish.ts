import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../../server/databases.js';
import { openDriver, type Row, type Run, type Value } from '../../server/driver.js';

const actor = ['key', randomUUID(), 'raw'] as const;

/**
 * Publishes one more version of a prompt of the project `bench`, with the statements that promptd
 * sends for it, in the same order, in one transaction. The list was read off a Postgres with
 * `log_statement = all` while promptd published a second and a third version of a prompt with
 * `bump: auto`; the check of the key, which is before the transaction, is left out. It decides
 * nothing: no contract, no template, no signature, and no digest over canonical JSON.
 */
export function openPublisher({ dialect, url }: { dialect: Database; url: string }) {
  const driver = openDriver(dialect, url);
  const sql = statements(dialect);
  return (name: string, content: string): Promise<string> =>
    driver.transaction(async (run) => {
      const project = one(await run(sql.project, ['', 'bench']));
      const at = Date.now();
      const prompt = one(await run(sql.lockPrompt, [project.id as Value, name]));
      const versions = await run(sql.versions, [prompt.id as Value]);
      const base = one(versions).id as Value;
      await run(sql.content, [base]);
      const ordinal = Number(prompt.version_count) + 1;
      await run(sql.countVersion, [ordinal, at, ...actor, prompt.id as Value]);
      const version = { id: randomUUID(), number: `1.0.${ordinal - 1}`, ordinal, content };
      return insertVersion(run, sql, String(project.id), String(prompt.id), name, version);
    });
}

async function insertVersion(
  run: Run,
  sql: ReturnType<typeof statements>,
  projectId: string,
  promptId: string,
  name: string,
  version: { id: string; number: string; ordinal: number; content: string },
): Promise<string> {
  const { id, number, ordinal, content } = version;
  const at = Date.now();
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const sortKey = `${number
    .split('.')
    .map((part) => part.padStart(16, '0'))
    .join('')}~`;
  await run(sql.insertVersion, [
    ...[id, projectId, promptId, ordinal, number, sortKey, 0, 1, 'text'],
    ...[content, content.length, '[]', digest, null, null, at, ...actor, 'none', 'none'],
  ]);
  const counted = one(await run(sql.nextRevision, [projectId]));
  const data = JSON.stringify({ prompt: name, version: number, ordinal, underBumped: false });
  await run(sql.insertEvent, [
    ...[projectId, Number(counted.revision ?? counted.insertId), 0, 'prompt.version.published', at],
    ...[...actor, randomUUID(), '127.0.0.1', 'raw', 'version', id, `${name}@${number}`],
    ...[null, digest, data],
  ]);
  return JSON.stringify({ project: 'bench', name, version: number, ordinal, digest });
}

function one(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row) throw new Error('a row that a publish needs is not there');
  return row;
}

const promptColumns =
  'id, project_id, name, description, owner, search_text, version_count, created_at, ' +
  'created_by_kind, created_by_id, created_by_name, updated_at, updated_by_kind, updated_by_id, ' +
  'updated_by_name, archived_at';

/** DIALECT: the upsert, the lock, the revision, booleans, and words that each database reserves. */
function statements(dialect: Database) {
  const quote = dialect === 'mysql' ? '`' : '"';
  const quoted = (word: string) => `${quote}${word}${quote}`;
  const values = (count: number) => Array.from({ length: count }, () => '?').join(', ');
  const isMysql = dialect === 'mysql';
  return {
    project: `SELECT project.id, project.name, project.archived_at, member.role
      FROM projects project
      LEFT JOIN members member ON member.project_id = project.id AND member.user_id = ?
      WHERE project.name = ?`,
    lockPrompt: `SELECT ${promptColumns} FROM prompts WHERE project_id = ? AND name = ?${
      dialect === 'sqlite' ? '' : ' FOR UPDATE'
    }`,
    versions: `SELECT version.id, version.version, version.digest, state.yanked_at, gone.version_id
      FROM versions version
      LEFT JOIN version_states state ON state.version_id = version.id
      LEFT JOIN purges gone ON gone.version_id = version.id
      WHERE version.prompt_id = ? ORDER BY version.semver_sort DESC`,
    content: 'SELECT id, content FROM versions WHERE id = ? LIMIT 1',
    countVersion: `UPDATE prompts SET version_count = ?, updated_at = ?, updated_by_kind = ?,
      updated_by_id = ?, updated_by_name = ? WHERE id = ?`,
    insertVersion: `INSERT INTO versions (id, project_id, prompt_id, ordinal, version, semver_sort,
      prerelease, format, kind, content, content_bytes, ${quoted('lock')}, digest, changelog, provenance,
      created_at, created_by_kind, created_by_id, created_by_name, key_id, signature)
      VALUES (${
        dialect === 'postgres'
          ? values(21).replace(/^((\?, ){6})\?/, '$1?::int::boolean')
          : values(21)
      })`,
    nextRevision: isMysql
      ? 'UPDATE project_revisions SET revision = LAST_INSERT_ID(revision + 1) WHERE project_id = ?'
      : `UPDATE project_revisions SET revision = revision + 1 WHERE project_id = ?
         RETURNING revision`,
    insertEvent: `INSERT INTO outbox (project_id, revision, position, type, at, actor_kind, actor_id,
      actor_name, request_id, ip, user_agent, subject_type, subject_id, subject_name,
      ${quoted('before')}, ${quoted('after')}, data) VALUES (${values(17)})`,
  };
}
