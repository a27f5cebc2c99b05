import type { CallOutcome, FailureReason } from '../../runner/runner-outcome.js';
import { CallStatistics } from './call-statistics.js';

const ok: CallOutcome = { ok: true, value: null, logs: [] };
const failed = (reason: FailureReason): CallOutcome => ({
  ok: false,
  reason,
  message: '',
  logs: [],
});

describe('the numbers of a plugin', () => {
  it('are there before anybody called it', () => {
    expect(new CallStatistics().numbers()).toEqual({
      ...{ calls: 0, failures: 0, timeouts: 0, errorRate: 0, p95Ms: null },
    });
  });

  it('count failures, of which timeouts are some, and nothing that is not its fault', () => {
    const statistics = new CallStatistics();
    const outcomes = [ok, failed('thrown'), failed('timeout'), failed('cpu'), failed('busy')];
    outcomes.push(failed('stopped'), failed('refused'), ok, ok, ok, ok);
    for (const outcome of outcomes) statistics.count(outcome, 1);
    expect(statistics.numbers()).toMatchObject({
      ...{ calls: 11, failures: 3, timeouts: 2, errorRate: 3 / 11 },
    });
  });

  it('tell how long all but the slowest twentieth of the last calls took', () => {
    const statistics = new CallStatistics();
    for (let call = 0; call < 1000; call += 1) statistics.count(ok, 10_000);
    for (let call = 1; call <= 256; call += 1) statistics.count(ok, call);
    expect(statistics.numbers().p95Ms).toBe(244);
  });
});
