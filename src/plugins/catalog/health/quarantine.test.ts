import { Quarantine } from './quarantine.js';

const minute = 60_000;
const reason = 'It was killed too often, the last time for: memory';

describe('a plugin that has to be ended by force', () => {
  const strikesAt = (quarantine: Quarantine, ...minutes: readonly number[]) =>
    minutes.map((at) => quarantine.strike('memory', at * minute));

  it('may not run any more from the third time within ten minutes on', () => {
    const quarantine = new Quarantine();
    expect(strikesAt(quarantine, 0, 5)).toEqual([undefined, undefined]);
    expect(quarantine.pending).toBeUndefined();
    expect(strikesAt(quarantine, 9, 9.5)).toEqual([reason, reason]);
    expect(quarantine.pending).toEqual({ state: 'quarantined', reason });
  });

  it('may run when that was more than ten minutes ago', () => {
    expect(strikesAt(new Quarantine(), 0, 5, 10, 16)).toEqual(Array(4).fill(undefined));
  });

  it('is pending no more when the database was told, and struck again by the next time', () => {
    const quarantine = new Quarantine();
    strikesAt(quarantine, 0, 1, 2);
    quarantine.settle();
    expect(quarantine.pending).toBeUndefined();
    expect(strikesAt(quarantine, 3)).toEqual([reason]);
  });

  it('begins anew when somebody says so', () => {
    const quarantine = new Quarantine();
    strikesAt(quarantine, 0, 1);
    quarantine.forgive();
    expect(strikesAt(quarantine, 2)).toEqual([undefined]);
  });
});
