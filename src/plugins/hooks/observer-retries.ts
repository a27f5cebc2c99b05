const second = 1_000;
const minute = 60 * second;

/** Waits after each failed try of one event. While it waits the project's later events do too. */
const delaysMs = [second, 10 * second, minute, 10 * minute, 30 * minute] as const;

/** How long to wait after so many failed tries; undefined when they were the last. */
export function observerDelayMs(tries: number): number | undefined {
  return delaysMs[tries - 1];
}

/** A plugin that is busy has not failed, and is asked again. */
export const busyDelayMs = second;
