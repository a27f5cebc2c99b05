import type { HttpClient } from './http-client.js';

/** Runs a query and answers its rows. */
export type Query = (sql: string) => Promise<unknown>;

/** 1, 2, 3 … `count`. */
export const countingTo = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => index + 1);

/** Fails unless the events of every project have the revisions 1, 2, 3 … up to its counter. */
export async function expectGaplessRevisions(query: Query): Promise<void> {
  // One statement, because events that are written in the background may come between two.
  const found = await rows(
    query,
    `SELECT counters.project_id, counters.revision AS counter, events.revision
       FROM project_revisions counters
       LEFT JOIN (SELECT DISTINCT project_id, revision FROM outbox) events
         ON events.project_id = counters.project_id`,
  );
  expect(found.length).toBeGreaterThan(0);
  for (const project of Map.groupBy(found, ({ project_id }) => project_id).values()) {
    const revisions = project.flatMap(({ revision }) =>
      revision === null ? [] : [Number(revision)],
    );
    expect(revisions.sort((a, b) => a - b)).toEqual(countingTo(Number(project[0]?.counter)));
  }
}

/** Every version of a prompt, in publish order. Fails unless the ordinals are 1, 2, 3 …. */
export async function listPublished(
  client: HttpClient,
  path: string,
): Promise<readonly { version: string; ordinal: number; digest: string }[]> {
  const items = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const next = cursor === '' ? '' : `&cursor=${cursor}`;
    const { status, body } = await client.send('GET', `${path}/versions?limit=200${next}`);
    expect(status).toBe(200);
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  items.reverse();
  expect(items.map(({ ordinal }) => ordinal)).toEqual(countingTo(items.length));
  expect(new Set(items.map(({ version }) => version)).size).toBe(items.length);
  return items;
}

async function rows(query: Query, sql: string): Promise<Record<string, unknown>[]> {
  return (await query(sql)) as Record<string, unknown>[];
}
