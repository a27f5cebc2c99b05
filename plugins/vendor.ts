import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/*
 * Writes what the efficiency analyzer holds of other people's work, from exact versions of
 * development packages: `npm run plugins:vendor`. The files are checked in, because the digest of
 * the plugin's tree is pinned; test/plugins/vendored-files.test.ts makes them again and compares.
 */

const require = createRequire(import.meta.url);
const target = join(import.meta.dirname, 'efficiency-analyzer', 'vendor');

/** Every file by its name in the folder. */
export function vendoredFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['cl100k-base.js', ranksModule('cl100k_base')],
    ['o200k-base.js', ranksModule('o200k_base')],
    ['fastest-levenshtein.js', levenshteinModule()],
    ['fastest-levenshtein.d.ts', 'export function distance(a: string, b: string): number;\n'],
    ['fastest-levenshtein.LICENSE.md', packageFile('fastest-levenshtein', 'LICENSE.md')],
  ]);
}

/**
 * The tokens of an encoding in the order of their ranks, in base64, separated by spaces. They are
 * inside a function so that the text is made only when it is asked for.
 */
function ranksModule(encoding: string): string {
  const { bpe_ranks: ranks } = require(`js-tiktoken/ranks/${encoding}`) as {
    readonly bpe_ranks: string;
  };
  const tokens: string[] = [];
  for (const line of ranks.split('\n')) {
    const [mark, first, ...rest] = line.split(' ');
    if (mark !== '!' || Number(first) !== tokens.length) {
      throw new Error(`the ranks of ${encoding} have a gap after ${tokens.length} tokens`);
    }
    for (const token of rest) tokens.push(token);
  }
  return [
    `// ${encoding} of OpenAI's tiktoken, from js-tiktoken ${versionOf('js-tiktoken')}; see tiktoken.LICENSE`,
    `export const tokens = () => '${tokens.join(' ')}';`,
    '',
  ].join('\n');
}

function levenshteinModule(): string {
  const version = versionOf('fastest-levenshtein');
  const source = packageFile('fastest-levenshtein', 'esm/mod.js');
  return `// fastest-levenshtein ${version}, esm/mod.js as published; see its licence beside\n${source.trimEnd()}\n`;
}

function packageFile(name: string, path: string): string {
  return readFileSync(join(packageFolder(name), path), 'utf8').replaceAll('\r\n', '\n');
}

function versionOf(name: string): string {
  return (JSON.parse(packageFile(name, 'package.json')) as { version: string }).version;
}

function packageFolder(name: string): string {
  return join(dirname(require.resolve('ajv/package.json')), '..', name);
}

if (import.meta.main) {
  mkdirSync(target, { recursive: true });
  for (const [name, text] of vendoredFiles()) writeFileSync(join(target, name), text);
}
