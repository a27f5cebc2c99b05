import { overloaded } from '../errors/index.js';
import { BoundedQueue } from './bounded-queue.js';

const refusal = () => overloaded('Come back later.', { headers: { 'Retry-After': '5' } });
const queueOf = (concurrency: number, maxWaiting: number) =>
  new BoundedQueue({ concurrency, maxWaiting, refusal });

/** Tasks that end when they are told to. */
function tasks(queue: BoundedQueue) {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const add = (name: number) =>
    queue.run(async () => {
      started.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      return name;
    });
  return { started, ends, add };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('runs no more than its number at a time, in the order of arrival', async () => {
  const { started, ends, add } = tasks(queueOf(2, 10));
  const results = [1, 2, 3, 4].map(add);
  await settled();
  expect(started).toEqual([1, 2]);
  ends[1]?.();
  await settled();
  expect(started).toEqual([1, 2, 3]);
  ends[0]?.();
  ends[2]?.();
  await settled();
  ends[3]?.();
  expect(await Promise.all(results)).toEqual([1, 2, 3, 4]);
});

it('gives a place back when its task fails', async () => {
  const queue = queueOf(1, 10);
  await expect(queue.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await queue.run(() => Promise.resolve('yes'))).toBe('yes');
});

it('refuses with overloaded and a time to come back when too many wait', async () => {
  const { ends, add } = tasks(queueOf(1, 1));
  const [first, second] = [add(1), add(2)];
  await expect(add(3)).rejects.toMatchObject({
    code: 'overloaded',
    headers: { 'Retry-After': '5' },
  });
  ends[0]?.();
  await first;
  await settled();
  ends[1]?.();
  expect(await second).toBe(2);
});

it('refuses whoever waited too long, and nobody else', async () => {
  jest.useFakeTimers();
  try {
    const queue = new BoundedQueue({ concurrency: 1, maxWaiting: 5, maxWaitMs: 1_000, refusal });
    const { started, ends, add } = tasks(queue);
    const first = add(1);
    const late = expect(add(2)).rejects.toMatchObject({ code: 'overloaded' });
    await jest.advanceTimersByTimeAsync(600);
    const third = add(3);
    await jest.advanceTimersByTimeAsync(600);
    await late;
    ends[0]?.();
    await first;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(started).toEqual([1, 3]);
    ends[1]?.();
    expect(await third).toBe(3);
  } finally {
    jest.useRealTimers();
  }
});
