import { setTimeout as delay } from 'node:timers/promises';

/** Between two questions at most: what is waited for needs the processor more than who asks. */
const MAX_PACE_MS = 20;

/**
 * Asks again and again until the answer is right, and answers it.
 *
 * @throws Error with the last answer when none was right in time
 */
export async function until<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (let paceMs = 1; ; paceMs = Math.min(2 * paceMs, MAX_PACE_MS)) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (performance.now() > deadline) {
      throw new Error(`not within ${withinMs} ms: ${JSON.stringify(answer)}`);
    }
    await delay(paceMs);
  }
}
