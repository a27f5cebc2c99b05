import fc from 'fast-check';
import { Circuit, circuitRules, type CallVerdict } from './circuit.js';

/** Makes one call at a time and says whether it was made. */
function call(circuit: Circuit, verdict: CallVerdict, nowMs: number): boolean {
  const admission = circuit.admit(nowMs);
  if (admission) circuit.settle(admission, verdict, nowMs);
  return admission !== undefined;
}

function fail(circuit: Circuit, times: number, nowMs: number): void {
  for (let time = 0; time < times; time += 1) call(circuit, 'failed', nowMs);
}

describe('a circuit', () => {
  it('opens at five failures in a row, and not at four', () => {
    const circuit = new Circuit();
    fail(circuit, 4, 0);
    expect(circuit.isOpen).toBe(false);
    fail(circuit, 1, 29_999);
    expect(circuit.isOpen).toBe(true);
    expect(circuit.waitMs(29_999)).toBe(30_000);
  });

  it('does not mind failures that are far apart', () => {
    const circuit = new Circuit();
    for (let at = 0; at < 20; at += 1) call(circuit, 'failed', at * 8_000);
    expect(circuit.isOpen).toBe(false);
  });

  it('opens when half of ten calls fail, in whatever order', () => {
    const circuit = new Circuit();
    for (let at = 0; at < 9; at += 1) call(circuit, at % 2 ? 'failed' : 'succeeded', at * 100);
    expect(circuit.isOpen).toBe(false);
    call(circuit, 'failed', 1000);
    expect(circuit.isOpen).toBe(true);
  });

  it('stays closed while most calls succeed', () => {
    const circuit = new Circuit();
    for (let at = 0; at < 1000; at += 1) {
      call(circuit, at % 3 === 0 ? 'failed' : 'succeeded', at * 10);
    }
    expect(circuit.isOpen).toBe(false);
  });

  it('takes what was refused or stopped for neither', () => {
    const circuit = new Circuit();
    fail(circuit, 4, 0);
    for (let time = 0; time < 100; time += 1) call(circuit, 'void', 1);
    expect(circuit.isOpen).toBe(false);
    fail(circuit, 1, 2);
    expect(circuit.isOpen).toBe(true);
  });

  it('lets one call through when its time is over, and closes when that succeeds', () => {
    const circuit = new Circuit();
    fail(circuit, 5, 0);
    expect(call(circuit, 'succeeded', 29_999)).toBe(false);
    const trial = circuit.admit(30_000)!;
    expect(circuit.admit(30_000)).toBeUndefined();
    circuit.settle(trial, 'succeeded', 30_100);
    expect(circuit.isOpen).toBe(false);
    expect(call(circuit, 'succeeded', 30_100)).toBe(true);
  });

  it('tries again at once when the trial said nothing', () => {
    const circuit = new Circuit();
    fail(circuit, 5, 0);
    expect(call(circuit, 'void', 30_000)).toBe(true);
    expect(call(circuit, 'succeeded', 30_000)).toBe(true);
    expect(circuit.isOpen).toBe(false);
  });

  it('stays open for twice as long after each trial that fails, up to ten minutes', () => {
    const circuit = new Circuit();
    fail(circuit, 5, 0);
    const waits: number[] = [];
    let now = 0;
    for (let time = 0; time < 7; time += 1) {
      now += circuit.waitMs(now);
      call(circuit, 'failed', now);
      waits.push(circuit.waitMs(now) / 1000);
    }
    expect(waits).toEqual([60, 120, 240, 480, 600, 600, 600]);
  });

  it('remembers that when it opens again soon, and forgets it after ten calm minutes', () => {
    const circuit = new Circuit();
    fail(circuit, 5, 0);
    call(circuit, 'succeeded', 30_000);
    fail(circuit, 5, 31_000);
    expect(circuit.waitMs(31_000)).toBe(60_000);
    call(circuit, 'succeeded', 91_000);
    fail(circuit, 5, 91_000 + circuitRules.calmMs);
    expect(circuit.waitMs(91_000 + circuitRules.calmMs)).toBe(30_000);
  });

  it('is not closed by a call that began before it opened', () => {
    const circuit = new Circuit();
    const early = circuit.admit(0)!;
    fail(circuit, 5, 0);
    const trial = circuit.admit(30_000)!;
    circuit.settle(early, 'succeeded', 30_001);
    expect(circuit.isOpen).toBe(true);
    circuit.settle(trial, 'failed', 30_002);
    expect(circuit.waitMs(30_002)).toBe(60_000);
  });

  it('whatever happens: waits ten minutes at most, lets one trial through, and recovers', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 700_000 }),
      verdict: fc.constantFrom<CallVerdict>('succeeded', 'failed', 'void'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const circuit = new Circuit();
        let now = 0;
        for (const { afterMs, verdict } of steps) {
          now += afterMs;
          const wasOpen = circuit.isOpen;
          const waitMs = circuit.waitMs(now);
          const admission = circuit.admit(now);
          expect(admission !== undefined).toBe(waitMs === 0);
          if (wasOpen && admission) expect(circuit.admit(now)).toBeUndefined();
          if (admission) circuit.settle(admission, verdict, now);
          expect(circuit.waitMs(now)).toBeLessThanOrEqual(circuitRules.maxOpenMs);
        }
        now += circuit.waitMs(now);
        expect(call(circuit, 'succeeded', now)).toBe(true);
        expect(circuit.isOpen).toBe(false);
      }),
    );
  });
});
