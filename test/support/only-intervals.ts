/**
 * Makes time stand still for whatever is done again and again, such as the poll of the change feed;
 * everything else goes on. `jest.advanceTimersByTime` lets it happen.
 */
export function holdIntervals(): void {
  jest.useFakeTimers({
    doNotFake: [
      ...(['Date', 'hrtime', 'performance', 'nextTick', 'queueMicrotask'] as const),
      ...(['setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout'] as const),
    ],
  });
}
