import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import '../../src/app.module.js';
import { problemCatalogue } from '../../src/platform/errors/index.js';
import promised from './problem-types.json' with { type: 'json' };

const docs = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'problems.md'), 'utf8');

/** What breaks callers: a code that is gone or that comes with another status. */
function findBroken(codes: Readonly<Record<string, number>>): string[] {
  return Object.entries(promised).flatMap(([code, status]) => {
    const now = codes[code];
    if (now === status) return [];
    const change = now === undefined ? 'is gone' : `has become ${now}`;
    return [`callers rely on ${code} with status ${status}, and it ${change}: bring it back`];
  });
}

describe('the problem catalogue', () => {
  const codes = Object.fromEntries(problemCatalogue().map(({ code, status }) => [code, status]));

  it('keeps every code with its status', () => {
    expect(findBroken(codes)).toEqual([]);
  });

  it('has no code that test/contract/problem-types.json does not promise yet', () => {
    expect(Object.keys(codes).filter((code) => !(code in promised))).toEqual([]);
  });

  it('would say so when a code went or changed its status', () => {
    const { 'version-exists': _, ...fewer } = codes;

    expect(findBroken({ ...fewer, 'stale-base': 412 })).toEqual([
      'callers rely on stale-base with status 409, and it has become 412: bring it back',
      'callers rely on version-exists with status 409, and it is gone: bring it back',
    ]);
  });
});

describe('docs/problems.md', () => {
  const entries = docs.split(/^## /m).slice(1);

  it('documents every code by name, with its status, its title and what to do', () => {
    const documented = entries.map((entry) => {
      const [code, meaning, advice] = entry.trim().split('\n\n');
      return { code, meaning, hasAdvice: advice !== undefined && advice.length > 20 };
    });

    expect(documented).toEqual(
      problemCatalogue().map(({ code, status, title }) => ({
        code,
        meaning: `Status ${status}. ${title}.`,
        hasAdvice: true,
      })),
    );
  });
});
