import fc from 'fast-check';
import { LoadingCache } from './loading-cache.js';

interface Value {
  readonly text: string;
  readonly tags?: readonly string[];
}

const limits = { maxEntries: 10, absentMs: 60_000 };
const value = (text: string, ...tags: string[]): Value => ({ text, tags });
const never = () => Promise.reject<Value>(new Error('nothing should be loaded'));

/** A load that ends when it is told to. */
function heldLoad() {
  const { promise, resolve, reject } = Promise.withResolvers<Value | undefined>();
  return { load: jest.fn(() => promise), resolve, reject };
}

describe('a loading cache', () => {
  it('loads once for all who ask at the same time, and not again', async () => {
    const cache = new LoadingCache<Value>(limits);
    const { load, resolve } = heldLoad();
    const asked = [cache.get('a', load), cache.get('a', load)];
    resolve(value('one'));
    expect(await Promise.all(asked)).toEqual([value('one'), value('one')]);
    expect(await cache.get('a', never)).toEqual(value('one'));
    expect(cache.peek('a')).toEqual(value('one'));
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('believes that there is none for a while, and forgets it when the key is dropped', async () => {
    const cache = new LoadingCache<Value>(limits);
    expect(await cache.get('a', () => Promise.resolve(undefined))).toBeUndefined();
    expect(await cache.get('a', never)).toBeUndefined();
    cache.drop('a');
    expect(await cache.get('a', () => Promise.resolve(value('new')))).toEqual(value('new'));
  });

  it('keeps no failure: everybody who waited gets it, and the next one loads', async () => {
    const cache = new LoadingCache<Value>(limits);
    const { load, reject } = heldLoad();
    const asked = Promise.allSettled([cache.get('a', load), cache.get('a', load)]);
    reject(new Error('away'));
    expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.get('a', () => Promise.resolve(value('back')))).toEqual(value('back'));
  });

  it.each<[string, (cache: LoadingCache<Value>) => void]>([
    [
      'its key',
      (cache) => {
        cache.drop('a');
      },
    ],
    [
      'a tag that it may turn out to have',
      (cache) => {
        cache.dropTag('t');
      },
    ],
    [
      'everything',
      (cache) => {
        cache.clear();
      },
    ],
  ])(
    'hands a value that was being loaded to nobody who asks after a drop of %s',
    async (_, drop) => {
      const cache = new LoadingCache<Value>({ ...limits, tagsOf: ({ tags }) => tags ?? [] });
      const before = heldLoad();
      const early = cache.get('a', before.load);
      drop(cache);
      const after = heldLoad();
      const late = cache.get('a', after.load);
      after.resolve(value('new'));
      expect(await late).toEqual(value('new'));
      before.resolve(value('old', 't'));
      expect(await early).toEqual(value('old', 't'));
      expect(cache.peek('a')).toEqual(value('new'));
    },
  );

  it('drops what has a tag, and nothing else', async () => {
    const cache = new LoadingCache<Value>({ ...limits, tagsOf: ({ tags }) => tags ?? [] });
    await cache.get('a', () => Promise.resolve(value('a', 'x', 'y')));
    await cache.get('b', () => Promise.resolve(value('b', 'y')));
    await cache.get('c', () => Promise.resolve(value('c', 'x')));
    cache.dropTag('x');
    expect(['a', 'b', 'c'].map((key) => cache.peek(key)?.text)).toEqual([
      undefined,
      'b',
      undefined,
    ]);
  });

  const heldOf = (cache: LoadingCache<Value>, ...keys: string[]) =>
    keys.filter((key) => cache.peek(key) !== undefined);
  const fill = async (cache: LoadingCache<Value>, ...texts: string[]) => {
    for (const text of texts) await cache.get(text, () => Promise.resolve(value(text)));
  };

  it('holds no more entries than it may, the ones used last', async () => {
    const cache = new LoadingCache<Value>({ ...limits, maxEntries: 2 });
    await fill(cache, 'a', 'b');
    cache.peek('a');
    await fill(cache, 'c');
    expect(heldOf(cache, 'a', 'b', 'c')).toEqual(['a', 'c']);
    expect(cache.entries).toBe(2);
  });

  it('holds no more bytes than it may, and nothing that is larger than all of it', async () => {
    const bytesOf = (_key: string, { text }: Value) => text.length;
    const cache = new LoadingCache<Value>({ maxBytes: 7, bytesOf, absentMs: 1 });
    await fill(cache, '1', '22', '333');
    cache.peek('1');
    await fill(cache, '4444');
    expect(heldOf(cache, '1', '22', '333', '4444')).toEqual(['1', '4444']);
    expect(cache.bytes).toBe(5);
    await fill(cache, '88888888');
    expect(heldOf(cache, '88888888')).toEqual([]);
    expect(cache.bytes).toBeLessThanOrEqual(7);
  });

  it('takes a value out of the hands of whoever holds it when it is dropped, replaced or crowded out', async () => {
    const cache = new LoadingCache<Value>({
      ...{ maxEntries: 2, absentMs: 1 },
      tagsOf: ({ tags }) => tags ?? [],
    });
    const ends: Record<string, () => unknown> = {
      dropped: () => {
        cache.drop('a');
      },
      'dropped by a tag': () => {
        cache.dropTag('t');
      },
      'crowded out': () => fill(cache, 'b', 'c'),
      cleared: () => {
        cache.clear();
      },
    };
    for (const [how, end] of Object.entries(ends)) {
      await cache.get('a', () => Promise.resolve(value(how, 't')));
      const held = cache.hold('a');
      expect(held?.value).toEqual(value(how, 't'));
      await end();
      expect(held?.value).toBeUndefined();
      expect(cache.hold('a')).toBeUndefined();
    }
  });

  it('never shows a value from before the last drop of it, in whatever order things end', async () => {
    const step = fc.record({
      at: fc.constantFrom('a', 'b'),
      what: fc.constantFrom('ask', 'write', 'end'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const cache = new LoadingCache<{ readonly revision: number }>({ ...limits, maxEntries: 1 });
        const stored: Record<string, number> = { a: 0, b: 0 };
        const open: (() => void)[] = [];
        const asked: Promise<void>[] = [];
        for (const { at, what } of steps) {
          if (what === 'write') {
            stored[at] = (stored[at] ?? 0) + 1;
            cache.drop(at);
          } else if (what === 'end') open.shift()?.();
          else {
            const least = stored[at] ?? 0;
            const load = () => {
              const read = { revision: stored[at] ?? 0 };
              return new Promise<typeof read>((resolve) =>
                open.push(() => {
                  resolve(read);
                }),
              );
            };
            asked.push(
              cache.get(at, load).then((found) => {
                expect(found?.revision).toBeGreaterThanOrEqual(least);
              }),
            );
          }
          await new Promise(setImmediate);
        }
        while (open.length > 0) {
          open.shift()?.();
          await new Promise(setImmediate);
        }
        await Promise.all(asked);
        for (const at of ['a', 'b']) {
          const held = cache.peek(at);
          if (held) expect(held.revision).toBe(stored[at]);
        }
      }),
    );
  });
});
