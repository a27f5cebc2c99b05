import { parseArgs } from 'node:util';

export interface Options {
  readonly quick: boolean;
  /** Names of budgets; empty for all that are not opt-in. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Counted time of a round, after its warm-up. */
  readonly seconds: number;
  readonly build: boolean;
  /** Whether the registry of a million versions is measured too, which takes minutes to fill. */
  readonly scale: boolean;
}

export const usage = `npm run bench -- [options]

  --quick        short rounds and small amounts, to see that everything runs
  --only A,B     these budgets alone
  --rounds N     rounds of each side, 7 by default, 3 with --quick
  --seconds N    counted seconds of a round, 5 by default, 1 with --quick
  --scale        also 100,000 prompts with 1,000,000 versions
  --no-build     run what is in dist instead of building
`;

/** @throws Error that says what is wrong with an argument */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      scale: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const { quick, scale } = values;
  return {
    quick,
    scale,
    only: values.only.split(',').filter((name) => name !== ''),
    rounds: positive('rounds', values.rounds ?? (quick ? '3' : '7')),
    seconds: positive('seconds', values.seconds ?? (quick ? '1' : '5')),
    build: !values['no-build'],
  };
}

export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not "${text}"`);
  return value;
}
