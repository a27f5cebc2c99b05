import type { Experiment } from '../experiment.js';
import { changeIsSeen } from './change-is-seen.js';
import { databaseDies, databaseRestarts } from './database-dies.js';
import { instanceDies, instanceStops } from './instance-dies.js';
import { networkCut, networkSilent, oneInstanceCut } from './network-fails.js';
import { soak } from './soak.js';

/** In the order of the table. */
export const experiments: readonly Experiment[] = [
  changeIsSeen,
  instanceDies,
  instanceStops,
  databaseDies,
  databaseRestarts,
  networkCut,
  networkSilent,
  oneInstanceCut,
  soak,
];
