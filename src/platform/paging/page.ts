import { invalidCursor } from '../errors/index.js';

/** Where a list goes on: the sort key of the last item of the page before. */
export type CursorKey = readonly (string | number)[];

export interface PageRequest {
  readonly limit: number;
  /** Undefined on the first page. */
  readonly after: CursorKey | undefined;
  readonly total: boolean;
}

/** One page of a keyset-paginated list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Undefined on the last page. */
  readonly next: CursorKey | undefined;
  readonly total: number | undefined;
}

/** The page as answered: `total` only when it was asked for. */
export interface PageResponse<T> {
  items: T[];
  nextCursor: string | null;
  total?: number;
}

/**
 * Makes a page from up to `limit + 1` items: the one too many tells that there is a next page, and
 * is not shown.
 */
export function pageOf<T>(
  found: readonly T[],
  limit: number,
  keyOf: (item: T) => CursorKey,
  total: number | undefined,
): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const more = found.length > limit && last !== undefined;
  return { items, next: more ? keyOf(last) : undefined, total };
}

/** `list` names the list and its order, so that no other list takes its cursors. */
export function pageRequest(
  query: { readonly limit: number; readonly cursor?: string; readonly total?: boolean },
  list: string,
): PageRequest {
  return {
    limit: query.limit,
    after: query.cursor === undefined ? undefined : decodeCursor(query.cursor, list),
    total: query.total ?? false,
  };
}

export function pageResponse<T, R>(
  page: Page<T>,
  list: string,
  show: (item: T) => R,
): PageResponse<R> {
  return {
    items: page.items.map(show),
    nextCursor: page.next === undefined ? null : encodeCursor(page.next, list),
    ...(page.total !== undefined && { total: page.total }),
  };
}

function encodeCursor(key: CursorKey, list: string): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}

/** @throws invalid-cursor */
function decodeCursor(cursor: string, list: string): CursorKey {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const [owner, ...key] = Array.isArray(decoded) ? (decoded as unknown[]) : [];
    if (owner === list && key.length > 0 && key.every(isKeyPart)) return key as CursorKey;
  } catch {
    // Not even JSON: answered like every other cursor that this list did not make.
  }
  throw foreignCursor();
}

/**
 * The number that the cursor of a list holds which is sorted by a counter. SECURITY: a cursor is
 * not signed, and a database answers a parameter that does not fit its column with an error.
 *
 * @param largest what the column holds; more for a bigint column
 * @throws invalid-cursor
 */
export function counterOf([position]: CursorKey, largest = largestInteger): number {
  if (typeof position === 'number' && position > 0 && position <= largest) return position;
  throw foreignCursor();
}

/**
 * The text that the cursor of a list holds which is sorted by a name or an id.
 *
 * @throws invalid-cursor
 */
export function textOf([position]: CursorKey): string {
  if (typeof position === 'string') return position;
  throw foreignCursor();
}

/** What an integer column holds on every database. */
const largestInteger = 2 ** 31 - 1;

function foreignCursor() {
  return invalidCursor('Pass nextCursor of the page before, with the same sort and filters.');
}

function isKeyPart(part: unknown): boolean {
  // Postgres takes no NUL in a text.
  return typeof part === 'string' ? !part.includes('\0') : Number.isSafeInteger(part);
}
