import type { Quota } from '../../platform/http/index.js';

const windowSeconds = 15 * 60;

/**
 * How many logins may fail in a quarter of an hour before no more are tried for another quarter.
 *
 * - **One account from one network: 10.** This is what stops somebody who guesses, and it locks
 *   nobody else out: the owner of the account logs in from elsewhere as before.
 * - **One account from everywhere: 100.** Many networks together must not guess without end. But a
 *   lock of the account itself would let anybody who has ten addresses keep its owner out for ever,
 *   so it does not hold where the account has signed in before: there the first limit is the only
 *   one. Nobody gets to be known without the password (the idea of OWASP's device cookies).
 * - **One network, whatever the account: 100.** Against one password tried on many names. A success
 *   does not reset it: whoever owns one account could guess for ever at the others. Nor does it hold
 *   for accounts that have signed in from there: an office behind one address is not locked out.
 *
 * An account is a name that was typed, whether or not it exists, so that a limit tells nothing.
 */
export const loginLimits = {
  account: { policy: 'login-account', limit: 10, windowSeconds },
  accountAnywhere: { policy: 'login-account-anywhere', limit: 100, windowSeconds },
  network: { policy: 'login-network', limit: 100, windowSeconds },
} as const satisfies Readonly<Record<string, Quota>>;

export type LoginLimit = keyof typeof loginLimits;
