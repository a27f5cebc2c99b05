import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vendoredFiles } from '../../plugins/vendor.js';

const root = join(import.meta.dirname, '..', '..', 'plugins');

describe('what plugins hold of others', () => {
  const made = vendoredFiles();

  it('is byte for byte what npm run plugins:vendor makes', () => {
    const differing = [...made].filter(
      ([path, text]) => readFileSync(join(root, path), 'utf8') !== text,
    );
    expect(differing.map(([path]) => path)).toEqual([]);
  });

  it.each(['efficiency-analyzer/vendor', 'policy-guard/vendor', 'policy-guard/tokens'])(
    'is all there is in %s',
    (folder) => {
      const found = readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
      const expected = [...made.keys()].filter((path) => path.startsWith(`${folder}/`));
      expect(found.sort()).toEqual(expected.sort());
    },
  );
});
