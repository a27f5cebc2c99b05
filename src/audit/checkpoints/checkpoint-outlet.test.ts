import { pino } from 'pino';
import { systemContext } from '../../platform/authorization/index.js';
import { Clock } from '../../platform/time/index.js';
import { CheckpointOutlet } from './checkpoint-outlet.js';

class SetClock extends Clock {
  now = 0;

  override nowMs(): number {
    return this.now;
  }
}

const ctx = systemContext('test');
const { signal } = new AbortController();

function outletTo(catchUp: () => Promise<void>) {
  const clock = new SetClock();
  const log: string[] = [];
  const logger = pino(
    { base: null },
    { write: (line: string) => void log.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const outlet = new CheckpointOutlet({ name: 'test', catchUp }, clock, logger);
  return { clock, log, run: () => outlet.run(ctx, signal) };
}

it('says once that a target fails, asks it again after a minute, and says when it is over', async () => {
  let calls = 0;
  const { clock, log, run } = outletTo(async () => {
    calls += 1;
    return calls <= 2 ? Promise.reject(new Error('no space left')) : Promise.resolve();
  });
  for (const now of [0, 59_999, 60_000, 120_000, 120_001]) {
    clock.now = now;
    await run();
  }
  expect(calls).toBe(4);
  expect(log).toEqual([
    'audit checkpoints cannot be exported',
    'audit checkpoints are exported again',
  ]);
});

it('does not begin again while it works', async () => {
  const work = Promise.withResolvers<undefined>();
  let calls = 0;
  const { run } = outletTo(async () => {
    calls += 1;
    await work.promise;
  });
  const runs = [run(), run()];
  work.resolve(undefined);
  await Promise.all(runs);
  expect(calls).toBe(1);
});
