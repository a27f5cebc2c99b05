import type { ChaosOptions } from './options.js';
import type { Pair } from './pair.js';
import type { Tally } from './traffic.js';

export interface Outcome {
  readonly tally: Tally;
  /** What this experiment measures besides, with the unit in the name. */
  readonly facts?: Readonly<Record<string, number>>;
  /** What must not have happened, in words; any of it fails the run, as a wrong answer does. */
  readonly failures?: readonly string[];
}

export interface Experiment {
  readonly name: string;
  /** One line for the table. */
  readonly what: string;
  /** Settings of both instances. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly run: (pair: Pair, options: ChaosOptions) => Promise<Outcome>;
}
