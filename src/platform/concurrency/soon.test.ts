import { Soon } from './soon.js';

describe('what is to be done soon', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is done once for all who asked meanwhile, and again for who asks after it', () => {
    const work = jest.fn();
    const soon = new Soon(50, work);
    soon.ask();
    jest.advanceTimersByTime(49);
    soon.ask();
    expect(work).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(work).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(1_000);
    expect(work).toHaveBeenCalledTimes(1);
    soon.ask();
    jest.advanceTimersByTime(50);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('is not done when it was cancelled', () => {
    const work = jest.fn();
    const soon = new Soon(50, work);
    soon.ask();
    soon.cancel();
    jest.advanceTimersByTime(1_000);
    expect(work).not.toHaveBeenCalled();
  });
});
