import { setTimeout as delay } from 'node:timers/promises';
import type { PromptWorkspace } from '../prompt-workspace.js';

/** A server of two cores that runs tests beside others; alone a read takes a few milliseconds. */
const BOUND_MS = 5_000;
/** Between two reads: with none, they would take a core away from what they are to be read beside. */
const PACE_MS = 5;

/** Reads `greeting` until the work is done; each read has to be right and in time. */
export async function readsDuring<T>(
  prompts: PromptWorkspace,
  work: Promise<T>,
  boundMs = BOUND_MS,
): Promise<T> {
  const done = work.then(
    () => true,
    () => true,
  );
  do {
    const startedAt = performance.now();
    const { status, body } = await prompts.prompt('get', 'greeting', '/versions/latest');
    expect([status, body.content?.text]).toEqual([200, 'This is greeting@1.0.0.']);
    expect(performance.now() - startedAt).toBeLessThan(boundMs);
  } while (!(await Promise.race([done, delay(PACE_MS, false)])));
  return work;
}
