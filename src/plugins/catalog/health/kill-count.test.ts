import { KillCount } from './kill-count.js';

const minute = 60_000;

describe('the count of kills', () => {
  it('is too high at the third within ten minutes', () => {
    const kills = new KillCount();
    expect([0, 5, 9].map((at) => kills.killed(at * minute))).toEqual([false, false, true]);
  });

  it('forgets what was more than ten minutes ago', () => {
    const kills = new KillCount();
    expect([0, 5, 10, 16].map((at) => kills.killed(at * minute))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('begins anew when somebody says so', () => {
    const kills = new KillCount();
    kills.killed(0);
    kills.killed(1);
    kills.forget();
    expect(kills.killed(2)).toBe(false);
  });
});
