import fc from 'fast-check';
import { modulePartsOf, type RunnablePackage } from './runnable-package.js';

function packageOf(files: Readonly<Record<string, Buffer>>): RunnablePackage {
  return {
    manifest: { name: 'x', entry: 'index.js' },
    files: new Map(Object.entries(files)),
    treeDigest: '',
  };
}

describe('the modules of a package', () => {
  it('are what can be imported, and nothing else', () => {
    const files = { 'index.js': '1', 'lib/a.mjs': '2', 'plugin.json': '{}', 'data.bin': 'x' };
    const buffers = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]),
    );

    expect(modulePartsOf(packageOf(buffers)).map(({ path }) => path)).toEqual([
      'index.js',
      'lib/a.mjs',
    ]);
  });

  it('come in parts that fit a line however they are escaped, and are the same together', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('a', '\u0000', '\u20ac', '\u{1f600}', '"'),
        fc.integer({ min: 0, max: 300_000 }),
        (character, length) => {
          const text = character.repeat(length);
          const parts = modulePartsOf(packageOf({ 'index.js': Buffer.from(text) }));

          const lines = parts.map((part) => JSON.stringify(part.text));
          expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThan(1_000_000);
          expect(lines.map((line) => JSON.parse(line) as string).join('')).toBe(text);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are refused by name when they are not UTF-8', () => {
    expect(() => modulePartsOf(packageOf({ 'a.js': Buffer.from([0xc3, 0x28]) }))).toThrow(
      'a.js is not valid UTF-8.',
    );
  });
});
