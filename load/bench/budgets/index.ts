import type { Budget } from '../bench.js';
import { coldRead } from './cold-read.js';
import { footprint } from './footprint.js';
import { hotRead } from './hot-read.js';
import { manyPrompts } from './many-prompts.js';
import { plugins } from './plugins.js';
import { publish } from './publish.js';
import { scale } from './scale.js';
import { twoInstances } from './two-instances.js';
import { visible } from './visible.js';

/** In the order of the table. */
export const budgets: readonly Budget[] = [
  hotRead,
  manyPrompts,
  coldRead,
  publish,
  visible,
  plugins,
  footprint,
  scale,
  twoInstances,
];
