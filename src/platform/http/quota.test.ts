import { isExhausted, quotaExceeded, quotaHeaders } from './quota.js';

const quota = { policy: 'writes', limit: 10, windowSeconds: 60 };
const wide = { policy: 'network', limit: 100, windowSeconds: 900 };

it('says in structured fields what is left of each quota, and when it is whole again', () => {
  const states = [
    { quota, spent: 4, resetMs: 30_001 },
    { quota: wide, spent: 101, resetMs: 900_000 },
  ];
  expect(quotaHeaders(states)).toEqual({
    'RateLimit-Policy': '"writes";q=10;w=60, "network";q=100;w=900',
    RateLimit: '"writes";r=6;t=31, "network";r=0;t=900',
  });
});

it('is exhausted when the last one is spent', () => {
  expect([9, 10, 11].map((spent) => isExhausted({ quota, spent, resetMs: 1 }))).toEqual([
    false,
    true,
    true,
  ]);
});

it('lets nobody come back before the last quota is whole again, nor at once', () => {
  const late = quotaExceeded('Too many.', [
    { quota, spent: 10, resetMs: 30_001 },
    { quota: wide, spent: 100, resetMs: 1_000 },
  ]);
  expect(late.code).toBe('rate-limited');
  expect(late.headers['Retry-After']).toBe('31');
  expect(late.message).toContain('31 seconds');
  const soon = quotaExceeded('Too many.', [{ quota, spent: 10, resetMs: 0 }]);
  expect(soon.headers['Retry-After']).toBe('1');
});
