import { setImmediate } from 'node:timers/promises';

/**
 * Asks again and again until the answer is right, and answers it.
 *
 * @throws Error with the last answer when none was right in time
 */
export async function until<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  withinMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (performance.now() > deadline) {
      throw new Error(`not within ${withinMs} ms: ${JSON.stringify(answer)}`);
    }
    // Answers of SQLite need no turn of the event loop, and would leave none to what is waited for.
    await setImmediate();
  }
}
