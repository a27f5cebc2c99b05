import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vendoredFiles } from '../../plugins/vendor.js';

const folder = join(import.meta.dirname, '..', '..', 'plugins', 'efficiency-analyzer', 'vendor');

it('are byte for byte what npm run plugins:vendor makes', () => {
  for (const [name, text] of vendoredFiles()) {
    expect(readFileSync(join(folder, name), 'utf8') === text || name).toBe(true);
  }
});

it('are all made, but for the licence that the package of the ranks left out', () => {
  const made = [...vendoredFiles().keys(), 'tiktoken.LICENSE'];
  expect(readdirSync(folder).sort()).toEqual(made.sort());
});
