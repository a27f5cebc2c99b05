import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/*
 * Writes what the shipped plugins hold of other people's work and of each other's:
 * `npm run plugins:vendor`. Packages are development dependencies of one exact version. The files
 * are checked in, because the digests of the plugins' trees are pinned;
 * test/plugins/vendored-files.test.ts makes them again and compares.
 */

const require = createRequire(import.meta.url);
const root = import.meta.dirname;
const analyzer = 'efficiency-analyzer';
const guard = 'policy-guard';

/** Every file by its path below `plugins`. */
export function vendoredFiles(): ReadonlyMap<string, string> {
  const ranks = [
    ['cl100k-base.js', ranksModule('cl100k_base')],
    ['o200k-base.js', ranksModule('o200k_base')],
    ['tiktoken.LICENSE', tiktokenLicence],
  ] as const;
  return new Map([
    ...[analyzer, guard].flatMap((plugin) =>
      ranks.map(([name, text]): [string, string] => [`${plugin}/vendor/${name}`, text]),
    ),
    [`${analyzer}/vendor/fastest-levenshtein.js`, levenshteinModule()],
    [`${analyzer}/vendor/fastest-levenshtein.d.ts`, levenshteinTypes],
    [
      `${analyzer}/vendor/fastest-levenshtein.LICENSE.md`,
      packageFile('fastest-levenshtein', 'LICENSE.md'),
    ],
    ...copiesOf(`${analyzer}/tokens`, `${guard}/tokens`),
  ]);
}

const levenshteinTypes = 'export function distance(a: string, b: string): number;\n';

/** A tree is whole by itself, so what two plugins share is in both. */
function copiesOf(from: string, to: string): readonly [string, string][] {
  return readdirSync(join(root, from)).map((name) => [
    `${to}/${name}`,
    readFileSync(join(root, from, name), 'utf8'),
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

/** The package of the ranks comes without it. */
const tiktokenLicence = `MIT License

Copyright (c) 2022 OpenAI, Shantanu Jain

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;

if (import.meta.main) {
  for (const [path, text] of vendoredFiles()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
