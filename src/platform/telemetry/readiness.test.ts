import { Readiness } from './readiness.js';

let nowMs = 0;
let readiness: Readiness;
beforeEach(() => {
  nowMs = 1_000;
  readiness = new Readiness({ nowMs: () => nowMs });
});

it('is not held before anything is waited for', () => {
  expect(readiness.isHeld).toBe(false);
});

it('is held until all that began has ended, be it with a failure', async () => {
  const [first, second] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
  readiness.holdFor(first.promise, 5_000);
  readiness.holdFor(second.promise, 5_000);
  first.resolve(null);
  await first.promise;
  expect(readiness.isHeld).toBe(true);
  second.reject(new Error('it does not start'));
  await second.promise.catch(() => undefined);
  expect(readiness.isHeld).toBe(false);
});

it('is held no longer than it may be, whatever goes on', () => {
  readiness.holdFor(new Promise(() => undefined), 5_000);
  nowMs += 4_999;
  expect(readiness.isHeld).toBe(true);
  nowMs += 1;
  expect(readiness.isHeld).toBe(false);
});
