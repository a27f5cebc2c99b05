import { overloaded } from '../../platform/errors/index.js';
import { Turns } from './turns.js';

const refusal = () => overloaded('Come back later.');

/** Tasks that end when they are told to. */
function setUp(maxWaiting: number) {
  const turns = new Turns(maxWaiting, refusal);
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const add = (key: string, name: string) =>
    turns.run(key, async () => {
      started.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      return name;
    });
  return { turns, started, add, end: (name: string) => ends.get(name)?.() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('runs the tasks of one key in turn and those of others beside them, and keeps nothing', async () => {
  const { turns, started, add, end } = setUp(10);
  const results = [add('a', 'a1'), add('a', 'a2'), add('b', 'b1')];
  await settled();
  expect(started).toEqual(['a1', 'b1']);
  end('a1');
  await settled();
  expect(started).toEqual(['a1', 'b1', 'a2']);
  expect(turns.size()).toBe(2);
  end('a2');
  end('b1');
  expect(await Promise.all(results)).toEqual(['a1', 'a2', 'b1']);
  expect(turns.size()).toBe(0);
});

it('refuses whoever comes when too many wait, and goes on after one that failed', async () => {
  const { turns, add, end } = setUp(1);
  const first = add('a', 'a1');
  const second = add('a', 'a2');
  await expect(add('a', 'a3')).rejects.toMatchObject({ code: 'overloaded' });
  await settled();
  end('a1');
  await first;
  await settled();
  end('a2');
  await second;
  await expect(turns.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(turns.size()).toBe(0);
});
