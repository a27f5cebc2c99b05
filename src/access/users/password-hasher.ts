import { availableParallelism } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { BoundedQueue } from '../../platform/concurrency/index.js';
import { randomBase62 } from '../../platform/crypto/index.js';
import { overloaded } from '../../platform/errors/index.js';
import { PASSWORD_COST, type PasswordCost } from './password-cost.js';

/** In characters. ASVS 5, 6.2.1 asks for 8 at least. */
export const minPasswordLength = 12;
/** SECURITY: an input without a bound would be hashed whole. */
export const maxPasswordLength = 1024;

/** Stored for users who sign in elsewhere: no password has it, as in shadow(5). */
export const noPasswordHash = '!';

/**
 * SECURITY: each hash takes 19 MiB and some 30 ms of one core, so without a bound a hundred logins
 * a second would take the memory and the threads from everybody else. Hashing runs on libuv's four
 * threads; one stays free for files and name resolution.
 */
const bounds = {
  concurrency: Math.min(3, availableParallelism()),
  maxWaiting: 100,
  refusal: () =>
    overloaded('Too many passwords are being checked; try again after Retry-After.', {
      headers: { 'Retry-After': '2' },
    }),
};

/** Passwords as argon2id hashes, this package's default, in PHC form. */
@Injectable()
export class PasswordHasher {
  private readonly queue = new BoundedQueue(bounds);
  private readonly nobody: Promise<string>;

  constructor(@Inject(PASSWORD_COST) private readonly cost: PasswordCost) {
    this.nobody = this.hash(randomBase62(32));
  }

  async hash(password: string): Promise<string> {
    return this.queue.run(() => hash(password, this.cost));
  }

  /**
   * Whether the password belongs to the hash. Without a hash, that is for an account that does not
   * exist or has no password, it answers no and takes as long.
   */
  async verify(password: string, passwordHash: string | undefined): Promise<boolean> {
    if (password.length > 2 * maxPasswordLength) return false;
    const known = passwordHash === noPasswordHash ? undefined : passwordHash;
    const compared = known ?? (await this.nobody);
    const matches = await this.queue.run(() => verify(compared, password));
    return matches && known !== undefined;
  }

  /** Whether the hash was made at another cost than that of today. */
  isOutdated(passwordHash: string): boolean {
    const { memoryCost, timeCost, parallelism } = parseOptions(passwordHash);
    return (
      memoryCost !== this.cost.memoryCost ||
      timeCost !== this.cost.timeCost ||
      parallelism !== this.cost.parallelism
    );
  }
}
