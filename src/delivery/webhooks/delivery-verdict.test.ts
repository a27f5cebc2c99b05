import fc from 'fast-check';
import { judgeAttempt } from './delivery-verdict.js';
import { maxTries } from './retry-schedule.js';

const judge = (status: number | null, tries = 0, retryAfterMs: number | null = null) =>
  judgeAttempt({ status, retryAfterMs }, tries, 0);

it.each([200, 201, 204, 299])('takes %i for a delivery, whatever was before', (status) => {
  expect(judge(status)).toEqual({ kind: 'delivered' });
  expect(judge(status, maxTries - 1)).toEqual({ kind: 'delivered' });
});

it.each([null, 100, 301, 302, 307, 400, 401, 404, 409, 429, 500, 503])(
  'tries again after %s',
  (status) => {
    expect(judge(status)).toEqual({ kind: 'retry', delayMs: 5_000 });
  },
);

it('gives up and switches off at once after 410', () => {
  expect(judge(410)).toEqual({ kind: 'failed', disable: 'gone' });
});

it('gives up and switches off when the last try failed', () => {
  expect(judge(500, maxTries - 2)).toMatchObject({ kind: 'retry' });
  expect(judge(500, maxTries - 1)).toEqual({ kind: 'failed', disable: 'failing' });
});

it('waits as long as the receiver asks', () => {
  expect(judge(429, 0, 60_000)).toEqual({ kind: 'retry', delayMs: 60_000 });
});

it('ends for every receiver, whatever it answers', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 100, max: 599 }), { minLength: maxTries }),
      (answers) => {
        const kinds = answers.map((status, tries) => judge(status, tries).kind);
        expect(kinds.slice(0, maxTries).some((kind) => kind !== 'retry')).toBe(true);
      },
    ),
  );
});
