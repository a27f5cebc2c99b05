import fc from 'fast-check';
import type { Capacity } from '../../platform/authorization/index.js';
import { type LabelRules, movers } from './label-policy.js';
import { isMover, type MoveFacts, protectionVerdict } from './protection-verdict.js';

const durationMs = fc.integer({ min: 1, max: 1_000 });
const rules: fc.Arbitrary<LabelRules> = fc.record({
  movers: fc.subarray([...movers], { minLength: 1 }),
  approvals: fc.integer({ min: 0, max: 10 }),
  requiresExpected: fc.boolean(),
  soak: fc.option(durationMs.map((ms) => ({ label: 'staging', durationMs: ms }))),
});
const capacities: readonly Capacity[] = ['viewer', 'developer', 'admin', 'key', 'system'];
const facts: fc.Arbitrary<MoveFacts> = fc.record({
  capacity: fc.constantFrom(...capacities),
  approvals: fc.integer({ min: 0, max: 12 }),
  namesExpected: fc.boolean(),
  soak: fc.option(
    fc.record({
      sinceMs: fc.option(fc.integer({ min: 0, max: 1_000 })),
      longestMs: fc.integer({ min: 0, max: 1_500 }),
    }),
  ),
  breaksGlass: fc.boolean(),
});
const kind = (theRules: LabelRules, theFacts: MoveFacts) =>
  protectionVerdict(theRules, theFacts).kind;

describe('who moves a protected label', () => {
  it.each<[Capacity, LabelRules['movers'], boolean]>([
    ['developer', ['developer'], true],
    ['admin', ['developer'], true],
    ['admin', ['admin'], true],
    ['developer', ['admin'], false],
    ['key', ['key'], true],
    ['key', ['developer', 'admin'], false],
    ['admin', ['key'], false],
    ['viewer', ['developer', 'admin', 'key'], false],
    ['system', ['developer', 'admin', 'key'], false],
  ])('as %s, of %j, is let: %s', (capacity, list, expected) => {
    const some = { movers: list, approvals: 0, requiresExpected: false, soak: null };

    expect(isMover(some, capacity)).toBe(expected);
  });
});

describe('the verdict on a move', () => {
  it('allows exactly what meets every rule', () => {
    fc.assert(
      fc.property(rules, facts, (some, { breaksGlass: _, ...rest }) => {
        const soaked =
          some.soak === null || rest.soak === null || rest.soak.longestMs >= some.soak.durationMs;
        const expected =
          isMover(some, rest.capacity) &&
          rest.approvals >= some.approvals &&
          (rest.namesExpected || !some.requiresExpected) &&
          soaked;
        const verdict = kind(some, { ...rest, breaksGlass: false });
        expect(verdict === 'allowed').toBe(expected);
      }),
    );
  });

  it('on broken glass asks for nothing but the expected version', () => {
    fc.assert(
      fc.property(rules, facts, (some, given) => {
        const expected =
          some.requiresExpected && !given.namesExpected ? 'needs-expected' : 'allowed';
        expect(kind(some, { ...given, breaksGlass: true })).toBe(expected);
      }),
    );
  });

  it('never turns against a move because more people approved it or it soaked longer', () => {
    fc.assert(
      fc.property(rules, facts, fc.nat(5), fc.nat(500), (some, given, more, longer) => {
        fc.pre(kind(some, given) === 'allowed');
        const soak = given.soak && { ...given.soak, longestMs: given.soak.longestMs + longer };
        expect(kind(some, { ...given, approvals: given.approvals + more, soak })).toBe('allowed');
      }),
    );
  });

  it('tells who is no mover that, whatever else is missing', () => {
    fc.assert(
      fc.property(rules, facts, (some, given) => {
        fc.pre(!given.breaksGlass && !isMover(some, given.capacity));
        expect(kind(some, given)).toBe('no-mover');
      }),
    );
  });

  it('says from when on a version that still soaks has soaked', () => {
    const some: LabelRules = {
      movers: ['developer'],
      approvals: 0,
      requiresExpected: false,
      soak: { label: 'staging', durationMs: 100 },
    };
    const moving = {
      capacity: 'developer',
      approvals: 0,
      namesExpected: false,
      breaksGlass: false,
    } as const;

    expect(protectionVerdict(some, { ...moving, soak: { sinceMs: 7, longestMs: 99 } })).toEqual({
      kind: 'soaking',
      sinceMs: 7,
      readyAtMs: 107,
    });
    expect(protectionVerdict(some, { ...moving, soak: { sinceMs: null, longestMs: 99 } })).toEqual({
      kind: 'soaking',
      sinceMs: null,
      readyAtMs: null,
    });
  });
});
