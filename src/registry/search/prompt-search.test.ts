import type { Problem } from '../../platform/errors/index.js';
import type { CursorKey } from '../../platform/paging/index.js';
import type { TaggedPrompt } from '../prompts/prompt.js';
import {
  cursorList,
  maxSearchWords,
  parsePromptSearch,
  positionOf,
  promptSorts,
  readPosition,
  readTagPosition,
  type SearchFields,
} from './prompt-search.js';

const author = { kind: 'system', id: null, name: 'test' } as const;
const prompt: TaggedPrompt = {
  id: '01890000-0000-7000-8000-000000000000',
  projectId: '01890000-0000-7000-8000-000000000001',
  name: 'support/triage',
  description: null,
  owner: null,
  tags: [],
  versionCount: 0,
  archived: false,
  createdAtMs: 1,
  createdBy: author,
  updatedAtMs: 2,
  updatedBy: author,
};

describe('parsePromptSearch', () => {
  it('lists every live prompt by name when nothing is asked for', () => {
    expect(parsePromptSearch(null, {})).toEqual({
      project: null,
      words: [],
      tags: [],
      match: 'all',
      prefix: '',
      label: null,
      archived: false,
      sort: 'name',
    });
  });

  it('takes words apart as the stored text is spelled', () => {
    expect(parsePromptSearch(null, { q: '  ÄRGER\t ﬁle ' }).words).toEqual(['ärger', 'file']);
  });

  it.each<[string, SearchFields]>([
    ['/q', { q: 'word '.repeat(maxSearchWords + 1) }],
    ['/tag/1', { tag: ['fine', ''] }],
    ['/label', { label: 'latest' }],
  ])('refuses what no prompt can match, at %s', (pointer, fields) => {
    expect(problemOf(() => parsePromptSearch(null, fields)).errors).toMatchObject([{ pointer }]);
  });

  it('takes as many words as it promises', () => {
    const q = 'word '.repeat(maxSearchWords);
    expect(parsePromptSearch(null, { q }).words).toHaveLength(maxSearchWords);
  });
});

describe('cursorList', () => {
  it('differs for every search, order and project, and not for another spelling', () => {
    const searches: readonly [string | null, SearchFields][] = [
      [null, {}],
      ['acme', {}],
      ['acme', { q: 'a' }],
      ['acme', { tag: ['a'] }],
      ['acme', { tag: ['a'], match: 'any' }],
      ['acme', { prefix: 'a' }],
      ['acme', { label: 'a' }],
      ['acme', { archived: true }],
      ['acme', { sort: '-name' }],
    ];
    const lists = searches.map((search) => cursorList(parsePromptSearch(...search)));
    expect(new Set(lists).size).toBe(searches.length);
    expect(cursorList(parsePromptSearch('acme', { q: ' A ', sort: 'name' }))).toBe(lists[2]);
  });
});

describe('a position', () => {
  it.each(promptSorts)('is read back as it was made, by %s', (sort) => {
    const [value, id] = positionOf(prompt, sort);
    expect(readPosition(positionOf(prompt, sort), sort)).toEqual({ value, id });
  });

  it.each<CursorKey>([[], ['a'], [1, 'id'], ['a', 1], ['a\0', 'id'], ['a', 'id\0']])(
    'is refused when this list cannot have made it: %j, %j',
    (...key) => {
      expect(problemOf(() => readPosition(key, 'name')).code).toBe('invalid-cursor');
    },
  );

  it('of a time is a number and nothing else', () => {
    expect(problemOf(() => readPosition(['1', 'id'], 'updatedAt')).code).toBe('invalid-cursor');
  });

  it.each<CursorKey>([[], [1], ['a\0']])('of a tag is a text: %j', (...key) => {
    expect(problemOf(() => readTagPosition(key)).code).toBe('invalid-cursor');
    expect(readTagPosition(['a'])).toBe('a');
  });
});

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    return error as Problem;
  }
  throw new Error('nothing was refused');
}
