import { HashingSlots } from './hashing-slots.js';

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('hashing slots', () => {
  it('never run more at once than allowed, and run everything that waited', async () => {
    const slots = new HashingSlots(2, 10);
    let running = 0;
    let most = 0;
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        slots.run(async () => {
          most = Math.max(most, (running += 1));
          await Promise.resolve();
          running -= 1;
          return index;
        }),
      ),
    );

    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(2);
  });

  it('refuse at once, with a time to come back, when too many wait', async () => {
    const slots = new HashingSlots(1, 1);
    const { opened, open } = gate();
    const first = slots.run(() => opened);
    const second = slots.run(() => opened);

    await expect(slots.run(() => opened)).rejects.toMatchObject({
      code: 'overloaded',
      headers: { 'Retry-After': '2' },
    });
    open();
    await Promise.all([first, second]);
  });

  it('free the slot of a task that fails', async () => {
    const slots = new HashingSlots(1, 0);
    await expect(slots.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');

    await expect(slots.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });
});
