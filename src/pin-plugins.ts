import { readFileSync, writeFileSync } from 'node:fs';
import { pinsOfFolder } from './plugins/index.js';

/** Writes what the plugins that are shipped are into the list that the program trusts. */
const list = 'src/plugins/package/shipped-plugins.ts';
const pins = JSON.stringify(await pinsOfFolder('plugins'), null, 2);
const before = readFileSync(list, 'utf8');
writeFileSync(
  list,
  before.replace(/= \{[^]*\};\n$/, () => `= ${pins};\n`),
);
