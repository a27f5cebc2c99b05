import { outcomeOfFailure, outcomeOfStatus } from './model-outcome.js';

describe('an answer with another status than 200', () => {
  it.each([
    [401, 'credential-refused'],
    [403, 'credential-refused'],
    [429, 'rate-limited'],
    [400, 'request-refused'],
    [402, 'request-refused'],
    [404, 'request-refused'],
    [413, 'request-refused'],
    [422, 'request-refused'],
    [500, 'provider-failed'],
    [529, 'provider-failed'],
    [599, 'provider-failed'],
    [301, 'redirected'],
    [308, 'redirected'],
    [201, 'invalid-answer'],
    [204, 'invalid-answer'],
  ])('%i means %s, in one sentence that names the provider', (status, kind) => {
    const outcome = outcomeOfStatus('acme', status, undefined);
    expect(outcome.kind).toBe(kind);
    expect(outcome.detail).toMatch(/^[^.]*acme[^.]*\.$/);
  });

  it.each([
    ['20', 'after 20 seconds'],
    ['0', 'after 0 seconds'],
    ['999999', 'after 86400 seconds'],
    ['9'.repeat(999), 'later'],
    ['-1', 'later'],
    ['sk-secret', 'later'],
    ['Fri, 31 Dec 1999 23:59:59 GMT', 'later'],
    [['1', '2'], 'later'],
    [undefined, 'later'],
  ])('tells of Retry-After %j: try again %s', (header, when) => {
    expect(outcomeOfStatus('acme', 429, header).detail).toMatch(new RegExp(`try again ${when}.$`));
    expect(outcomeOfStatus('acme', 503, header).detail).toMatch(new RegExp(`try again ${when}.$`));
  });
});

it.each(['timeout', 'answer-too-large', 'unknown-host', 'connection-failed'] as const)(
  'without an answer the reason is %s',
  (reason) => {
    expect(outcomeOfFailure('acme', reason)).toEqual({
      kind: reason,
      detail: expect.stringContaining('acme'),
    });
  },
);
