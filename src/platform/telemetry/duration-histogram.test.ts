import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { DurationHistogram } from './duration-histogram.js';

const name = 'request_seconds';
const help = 'How long it took.';
const buckets = [0.001, 0.01, 0.5, 2];
const observation = fc.record({
  route: fc.constantFrom('/a', '/b/:name', 'a "quoted" one'),
  status: fc.constantFrom('200', '404'),
  seconds: fc.oneof(
    fc.constantFrom(0, ...buckets),
    fc.double({ min: 0, max: 4, noNaN: true, noDefaultInfinity: true }),
  ),
});

describe('a histogram of durations', () => {
  it('says in the exposition format what the one of prom-client says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(observation), async (observations) => {
        const [ours, theirs] = [new Registry(), new Registry()];
        const histogram = new DurationHistogram({ name, help, buckets, registers: [ours] });
        const labelNames = ['route', 'status'];
        const reference = new Histogram({ name, help, buckets, labelNames, registers: [theirs] });
        for (const { route, status, seconds } of observations) {
          histogram.labelled({ route, status }).observe(seconds);
          reference.labels({ route, status }).observe(seconds);
        }
        expect(await ours.metrics()).toBe(await theirs.metrics());
      }),
    );
  });

  it('refuses a name that is taken', () => {
    const registers = [new Registry()];
    new DurationHistogram({ name, help, buckets, registers });
    expect(() => new DurationHistogram({ name, help, buckets, registers })).toThrow(name);
  });
});
