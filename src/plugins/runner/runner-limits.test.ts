import { defaultLimits, hardLimits, isolatesFor, limitsOf, sliceMsOf } from './runner-limits.js';

describe('the limits of a plugin', () => {
  it('are the defaults where the manifest says nothing', () => {
    expect(limitsOf()).toEqual({
      ...{ memoryMb: 64, rssMb: 300 },
      ...{ hookSliceMs: 100, endpointSliceMs: 1_000, cpuMs: 1_000, wallMs: 5_000 },
    });
    expect(limitsOf({ cpuMs: 2000 })).toEqual({ ...defaultLimits, cpuMs: 2000 });
  });

  it.each(Object.entries(hardLimits))('may be as large as %s, and no larger', (field, most) => {
    const room = { rssMb: hardLimits.rssMb };

    expect(limitsOf({ ...room, [field]: most })).toHaveProperty(field, most);
    expect(() => limitsOf({ ...room, [field]: most + 1 })).toThrow(`limits.${field}`);
  });

  it.each([0, -1, 1.5, NaN, Infinity, '64', null])(
    'are whole numbers, which %p is not',
    (value) => {
      expect(() => limitsOf({ memoryMb: value as number })).toThrow('limits.memoryMb');
    },
  );

  it('leave room for the runner itself', () => {
    expect(() => limitsOf({ memoryMb: 256 })).toThrow('limits.rssMb must be at least');
    expect(limitsOf({ memoryMb: 256, rssMb: 316 })).toMatchObject({ memoryMb: 256 });
  });

  it('allow as many isolates as there is memory for, up to four', () => {
    expect(isolatesFor(limitsOf())).toBe(3);
    expect(isolatesFor(limitsOf({ memoryMb: 200 }))).toBe(1);
    expect(isolatesFor(limitsOf({ memoryMb: 8 }))).toBe(4);
  });

  it('give a hook less time than anything else', () => {
    expect(sliceMsOf({ kind: 'hook', event: 'x' }, defaultLimits)).toBe(100);
    expect(sliceMsOf({ kind: 'endpoint', handler: 'x' }, defaultLimits)).toBe(1000);
    expect(sliceMsOf({ kind: 'init' }, defaultLimits)).toBe(1000);
  });
});
