import { CallTime } from './call-time.js';

it('leaves nine tenths of the time of a call, from the first question on', () => {
  let now = 1_000;
  const time = new CallTime({ nowMs: () => now }, 5_000);
  now = 3_000;
  expect(time.leftMs()).toBe(4_500);
  time.begin();
  now = 4_000.4;
  time.begin();
  expect(time.leftMs()).toBe(3_499);
  now = 99_000;
  expect(time.leftMs()).toBe(0);
});
