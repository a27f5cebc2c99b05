import { CallSlots } from './call-slots.js';

describe('call slots', () => {
  const bounds = { concurrency: 1, maxWaiting: 2, maxWaitMs: 60_000 };

  it('admit in the order of arrival', async () => {
    const slots = new CallSlots(bounds);
    const order: string[] = [];
    await slots.enter();
    const waiting = ['first', 'second'].map(async (name) => {
      await slots.enter();
      order.push(name);
      slots.leave();
    });

    slots.leave();
    await Promise.all(waiting);

    expect(order).toEqual(['first', 'second']);
    expect(slots.taken).toBe(0);
  });

  it('refuse whoever would be one more to wait', async () => {
    const slots = new CallSlots(bounds);
    await slots.enter();
    void slots.enter();
    void slots.enter();

    expect(await slots.enter()).toBe('refused');
    expect(slots.waiting).toBe(2);
    slots.close();
  });

  it('refuse whoever has waited too long, and nobody else', async () => {
    const slots = new CallSlots({ ...bounds, maxWaitMs: 1 });
    await slots.enter();

    expect(await slots.enter()).toBe('refused');
    expect(slots.waiting).toBe(0);
    slots.leave();
    expect(await slots.enter()).toBe('admitted');
  });

  it('refuse whoever is not wanted any more, and keep no place in the line', async () => {
    const slots = new CallSlots(bounds);
    const [given, kept] = [new AbortController(), new AbortController()];
    await slots.enter();
    const calls = [slots.enter(given.signal), slots.enter(kept.signal)];

    given.abort();
    given.abort();
    expect(await calls[0]).toBe('refused');
    expect(slots.waiting).toBe(1);
    slots.leave();
    expect(await calls[1]).toBe('admitted');
    kept.abort();

    expect(slots.taken).toBe(1);
    slots.leave();
    expect(await slots.enter(given.signal)).toBe('refused');
    expect(slots.taken).toBe(0);
  });

  it('say when nobody runs and nobody waits', async () => {
    const slots = new CallSlots(bounds);
    await slots.empty();
    await slots.enter();
    const waiting = slots.enter();
    let isEmpty = false;
    const empty = slots.empty().then(() => (isEmpty = true));

    slots.leave();
    await waiting;
    expect(isEmpty).toBe(false);
    slots.leave();
    await empty;
  });

  it('refuse everybody who waits when they are closed', async () => {
    const slots = new CallSlots(bounds);
    await slots.enter();
    const waiting = [slots.enter(), slots.enter()];

    slots.close();

    expect(await Promise.all(waiting)).toEqual(['refused', 'refused']);
  });
});
