import type { Database } from '../../server/databases.js';
import { openDriver } from '../../server/driver.js';

/**
 * A cold read as one prepared statement: what a version's answer is made of, found by the names in
 * the URL. It checks no credential.
 */
const readVersion = `
  SELECT version.ordinal, version.digest, version.lock, version.changelog, version.provenance,
         version.created_at, version.created_by_kind, version.created_by_id,
         version.created_by_name, version.key_id, version.signature, version.content
    FROM projects project
    JOIN prompts prompt ON prompt.project_id = project.id
    JOIN versions version ON version.prompt_id = prompt.id
   WHERE project.name = ? AND prompt.name = ? AND version.version = ?`;

/** Answers the body of a version of the project `bench`. */
export function openRowReader(plan: { dialect: Database; url: string }) {
  // DIALECT: `lock` is a word of MySQL.
  const quote = plan.dialect === 'mysql' ? '`' : '"';
  const sql = readVersion.replace('version.lock', `version.${quote}lock${quote}`);
  const { run } = openDriver(plan.dialect, plan.url);
  return async (name: string, version: string): Promise<string> => {
    const [row] = await run(sql, ['bench', name, version]);
    if (!row) throw new Error(`there is no ${name}@${version}`);
    const { content, ...rest } = row;
    return `${JSON.stringify(rest).slice(0, -1)},"content":${String(content)}}`;
  };
}
