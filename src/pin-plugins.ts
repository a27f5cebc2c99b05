import { readFileSync, writeFileSync } from 'node:fs';
import { digestsOfFolder } from './plugins/index.js';

/** Writes the digests of the plugins that are shipped into the list that the program trusts. */
const list = 'src/plugins/package/shipped-plugins.ts';
const digests = JSON.stringify(await digestsOfFolder('plugins'), null, 2);
const before = readFileSync(list, 'utf8');
writeFileSync(
  list,
  before.replace(/= \{[^}]*\};\n$/, () => `= ${digests};\n`),
);
