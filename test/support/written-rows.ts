import { Database } from '../../src/platform/database/index.js';
import type { FreshApplication } from './fresh-application.js';
import type { PromptWorkspace } from './prompt-workspace.js';

const tables = [
  'prompts',
  'prompt_tags',
  'versions',
  'version_states',
  'purges',
  'labels',
  'label_moves',
] as const;

/** How many rows the registry has written, and the last revision of one project. */
export async function writtenRows(work: PromptWorkspace) {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const [row] = await queryRaw(work.app, `SELECT COUNT(*) AS n FROM ${table}`);
    counts[table] = Number(row?.n);
  }
  const events = await work.promptEvents();
  return { ...counts, events: events.length, revision: events.at(-1)?.revision };
}

/** Rows as the database has them, read on the program's own connection. */
export async function queryRaw(
  { application: { nest } }: FreshApplication,
  sql: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return nest.get(Database).writer.query(sql);
}

/** Does it, and fails the test if anything was written meanwhile. */
export async function withoutAWrite(
  work: PromptWorkspace,
  attempt: () => Promise<unknown>,
): Promise<void> {
  const before = await writtenRows(work);
  await attempt();
  expect(await writtenRows(work)).toEqual(before);
}
