import { parseArgs } from 'node:util';
import { positive } from '../bench/options.js';

export interface ChaosOptions {
  readonly only: readonly string[];
  readonly changes: number;
  /** Of the soak. */
  readonly minutes: number;
  /** Before a fault, and after the last repair. */
  readonly steadyMs: number;
  /** How long an outage lasts. */
  readonly outageMs: number;
  readonly build: boolean;
  readonly quick: boolean;
}

export const usage = `npm run chaos -- [options]

  --quick        short outages and few changes, to see that everything runs
  --only A,B     these experiments alone
  --changes N    changes whose visibility is measured, 1000 by default, 100 with --quick
  --minutes N    length of the soak, 10 by default, 0.5 with --quick
  --no-build     run what is in dist instead of building
`;

/** @throws Error that says what is wrong with an argument */
export function parseOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      changes: { type: 'string' },
      minutes: { type: 'string' },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  return {
    quick,
    only: values.only.split(',').filter((name) => name !== ''),
    changes: positive('changes', values.changes ?? (quick ? '100' : '1000')),
    minutes: positive('minutes', values.minutes ?? (quick ? '0.5' : '10')),
    steadyMs: quick ? 2_000 : 5_000,
    outageMs: quick ? 2_000 : 8_000,
    build: !values['no-build'],
  };
}
