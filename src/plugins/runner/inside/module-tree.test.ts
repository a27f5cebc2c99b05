import { ModuleTree } from './module-tree.js';

function treeOf(...paths: string[]): ModuleTree {
  const tree = new ModuleTree();
  for (const path of paths) tree.add(path, `// ${path}`);
  return tree;
}

describe('the modules of a plugin', () => {
  const tree = treeOf('index.js', 'lib/a.js', 'lib/deep/b.mjs');

  it.each([
    ['./lib/a.js', 'index.js', 'lib/a.js'],
    ['../index.js', 'lib/a.js', 'index.js'],
    ['./deep/../a.js', 'lib/a.js', 'lib/a.js'],
    ['../../index.js', 'lib/deep/b.mjs', 'index.js'],
    ['promptd:api', 'lib/a.js', 'promptd:api'],
  ])('are found by %s in %s', (specifier, importer, path) => {
    expect(tree.resolve(specifier, importer)).toBe(path);
  });

  it.each([
    'fs',
    'node:fs',
    'lib/a.js',
    '/index.js',
    '.',
    '..',
    '',
    '#a',
    'promptd:',
    '.\\lib\\a.js',
  ])('are all that can be imported, which "%s" is not', (specifier) => {
    expect(() => tree.resolve(specifier, 'index.js')).toThrow(
      `index.js imports "${specifier}"; a plugin may import promptd:api and files of its own`,
    );
  });

  it.each(['../index.js', './lib', './lib/a', './LIB/a.js', './lib/a.js?x', './lib%2fa.js'])(
    'are not there by %s',
    (specifier) => {
      expect(() => tree.resolve(specifier, 'index.js')).toThrow('there is no module');
    },
  );

  it('are put together from their parts', () => {
    const parts = new ModuleTree();
    parts.add('index.js', 'export ');
    parts.add('index.js', 'default 1');

    expect(parts.get('index.js')).toBe('export default 1');
    expect(() => parts.get('missing.js')).toThrow('missing.js is not a module of this plugin.');
  });
});
