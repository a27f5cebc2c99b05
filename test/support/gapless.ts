import type { HttpClient } from './http-client.js';

/** Runs a query and answers its rows. */
export type Query = (sql: string) => Promise<unknown>;

/** 1, 2, 3 … `count`. */
export const countingTo = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => index + 1);

/** Fails unless the events of every project have the revisions 1, 2, 3 … up to its counter. */
export async function expectGaplessRevisions(query: Query): Promise<void> {
  const counters = await rows(query, 'SELECT project_id, revision FROM project_revisions');
  const events = await rows(query, 'SELECT DISTINCT project_id, revision FROM outbox');
  const revisions = Map.groupBy(events, ({ project_id }) => String(project_id));
  expect(counters.length).toBeGreaterThan(0);
  for (const { project_id, revision } of counters) {
    const found = (revisions.get(String(project_id)) ?? []).map((row) => Number(row.revision));
    expect(found.sort((a, b) => a - b)).toEqual(countingTo(Number(revision)));
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
