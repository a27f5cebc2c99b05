import { MAX_COUNTED_CALLERS, MemoryQuota } from './memory-quota.js';

const quota = { policy: 'test', limit: 2, windowSeconds: 60 };

it('counts every caller apart and says when the window ends', async () => {
  const counted = new MemoryQuota(quota);
  await counted.spend('one');
  await counted.spend('one');
  expect(await counted.spend('one')).toMatchObject({ quota, spent: 3 });
  const other = await counted.spend('other');
  expect(other.spent).toBe(1);
  expect(other.resetMs).toBeGreaterThan(59_000);
  expect(other.resetMs).toBeLessThanOrEqual(60_000);
});

it('keeps a bounded number of counters however many callers come, and limits them as a crowd', async () => {
  const counted = new MemoryQuota(quota);
  await counted.spend('known');
  let most = 0;
  for (let index = 0; index < 5 * MAX_COUNTED_CALLERS; index += 1) {
    most = Math.max(most, (await counted.spend(`flood ${index}`)).spent);
  }
  expect(counted.size()).toBeLessThanOrEqual(MAX_COUNTED_CALLERS + 256);
  expect(most).toBeGreaterThan(quota.limit);
  expect((await counted.spend('known')).spent).toBe(2);
});
