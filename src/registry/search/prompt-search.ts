import { digestOf } from '../../platform/crypto/index.js';
import { invalidCursor, validationFailed } from '../../platform/errors/index.js';
import type { CursorKey } from '../../platform/paging/index.js';
import { parseLabelName } from '../labels/label-name.js';
import type { Prompt } from '../prompts/prompt.js';
import { parseTags } from '../prompts/tags.js';
import { wordsOf } from './grams.js';
import { searchText } from './search-text.js';

export const promptSorts = [
  'name',
  '-name',
  'updatedAt',
  '-updatedAt',
  'createdAt',
  '-createdAt',
] as const;
/** A minus means descending. Prompts that are equal in it follow each other by id. */
export type PromptSort = (typeof promptSorts)[number];

/** More would make a query that no index helps with. */
export const maxSearchWords = 10;

/** A search as it arrives. */
export interface SearchFields {
  readonly q?: string;
  readonly tag?: readonly string[];
  readonly match?: 'all' | 'any';
  readonly prefix?: string;
  readonly label?: string;
  readonly archived?: boolean;
  readonly sort?: PromptSort;
}

/** Which prompts a list shows, and in which order. */
export interface PromptSearch {
  /** The name of the one project to look in; null for every project that is not archived. */
  readonly project: string | null;
  /** In the form of `searchText`. A prompt must have each in its name or description. */
  readonly words: readonly string[];
  readonly tags: readonly string[];
  /** Whether a prompt must have all of the tags or one of them. */
  readonly match: 'all' | 'any';
  /** What names start with. */
  readonly prefix: string;
  /** A label that a prompt must have; null for any. */
  readonly label: string | null;
  /** Whether only archived prompts are shown, or only live ones. */
  readonly archived: boolean;
  readonly sort: PromptSort;
}

/** @throws validation-failed at the field that no prompt could ever match */
export function parsePromptSearch(project: string | null, fields: SearchFields): PromptSearch {
  return {
    project,
    words: parseWords(fields.q ?? ''),
    tags: parseTags(fields.tag ?? [], '/tag'),
    match: fields.match ?? 'all',
    prefix: fields.prefix ?? '',
    label: fields.label === undefined ? null : parseLabelName(fields.label),
    archived: fields.archived ?? false,
    sort: fields.sort ?? 'name',
  };
}

function parseWords(q: string): readonly string[] {
  const words = wordsOf(searchText(q));
  if (words.length <= maxSearchWords) return words;
  throw validationFailed('The search has too many words.', {
    errors: [
      { pointer: '/q', code: 'too-many', detail: `must be at most ${maxSearchWords} words` },
    ],
  });
}

/** Names the list for its cursors: another search or another order takes none of them. */
export function cursorList(search: PromptSearch): string {
  return `prompts:${digestOf(search)}`;
}

export function sortColumn(sort: PromptSort): {
  readonly column: 'name' | 'updatedAt' | 'createdAt';
  readonly direction: 'ASC' | 'DESC';
} {
  switch (sort) {
    case 'name':
    case 'updatedAt':
    case 'createdAt':
      return { column: sort, direction: 'ASC' };
    case '-name':
      return { column: 'name', direction: 'DESC' };
    case '-updatedAt':
      return { column: 'updatedAt', direction: 'DESC' };
    case '-createdAt':
      return { column: 'createdAt', direction: 'DESC' };
  }
}

/** Where a prompt stands in the order, as a cursor keeps it. */
export function positionOf(prompt: Prompt, sort: PromptSort): CursorKey {
  switch (sortColumn(sort).column) {
    case 'name':
      return [prompt.name, prompt.id];
    case 'updatedAt':
      return [prompt.updatedAtMs, prompt.id];
    case 'createdAt':
      return [prompt.createdAtMs, prompt.id];
  }
}

/**
 * Reads a position back. SECURITY: a cursor is not signed, so what `positionOf` cannot have made
 * never becomes a query; a database may answer a parameter of the wrong type with an error.
 *
 * @throws invalid-cursor
 */
export function readPosition(
  [value, id]: CursorKey,
  sort: PromptSort,
): { readonly value: string | number; readonly id: string } {
  const type = sortColumn(sort).column === 'name' ? 'string' : 'number';
  if (value !== undefined && typeof value === type && isSafe(value) && isText(id)) {
    return { value, id };
  }
  throw invalidCursor('Pass nextCursor of the page before, as it was given.');
}

/** Reads the position of a tag back; as `readPosition`. */
export function readTagPosition([tag]: CursorKey): string {
  if (isText(tag)) return tag;
  throw invalidCursor('Pass nextCursor of the page before, as it was given.');
}

function isText(part: string | number | undefined): part is string {
  return typeof part === 'string' && isSafe(part);
}

/** Postgres takes no NUL in a text. */
function isSafe(part: string | number): boolean {
  return typeof part === 'number' || !part.includes('\0');
}
