import type { Budget } from '../bench.js';
import { coldRead } from './cold-read.js';
import { hotRead } from './hot-read.js';
import { publish } from './publish.js';

/** In the order of the table. */
export const budgets: readonly Budget[] = [hotRead, coldRead, publish];
