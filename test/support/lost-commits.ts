import type { FreshDatabase } from './fresh-database.js';
import { RawDatabase, literal, type RawRow } from './raw-database.js';

/** Later than anything that a test writes by the program. */
const at = 4_000_000_000_000;

/** What another instance commits after the database went back. */
export interface Refill {
  readonly type?: string;
  readonly subjectType?: string;
  readonly subjectId?: string;
}

/**
 * Sets a project back to the revision, as a standby does that takes over and had heard no more, and
 * commits there what another instance may have committed before anybody here looked. Whatever else
 * was lost is for the test to set back, in `also`.
 */
export async function loseCommits(
  database: FreshDatabase,
  projectId: string,
  { revision, refill = [], also = [] }: LostCommits,
): Promise<void> {
  const raw = await RawDatabase.open(database);
  const project = `project_id = ${literal(projectId)}`;
  const [some] = await raw.run(`SELECT * FROM outbox WHERE ${project} ORDER BY revision`);
  // One transaction, so that nobody sees a half of it. It locks in the order of the program, which
  // may be writing: what was changed, then the counter, then the events.
  await raw.run('BEGIN');
  for (const statement of also) await raw.run(statement);
  const counter = revision + refill.length;
  await raw.run(`UPDATE project_revisions SET revision = ${counter} WHERE ${project}`);
  await raw.run(`DELETE FROM outbox WHERE ${project} AND revision > ${revision}`);
  for (const [index, event] of refill.entries()) {
    await raw.insert('outbox', refilled(some!, revision + 1 + index, event));
  }
  await raw.run('COMMIT');
  await raw.close();
}

export interface LostCommits {
  /** The last one that is kept. */
  readonly revision: number;
  readonly refill?: readonly Refill[];
  readonly also?: readonly string[];
}

function refilled(some: RawRow, revision: number, event: Refill): RawRow {
  const { type, subjectType, subjectId } = { type: 'prompt.updated', ...event };
  return {
    ...some,
    ...{ revision, position: 0, at: at + revision, type },
    ...(subjectType !== undefined && { subject_type: subjectType }),
    ...(subjectId !== undefined && { subject_id: subjectId }),
  };
}
