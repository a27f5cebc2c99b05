/** What argon2id takes for each hash, and for each guess of somebody who stole the hashes. */
export interface PasswordCost {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** The token for the cost of this process. */
export const PASSWORD_COST = Symbol('password cost');

/** SECURITY: OWASP's first choice for argon2id. */
export const passwordCost: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
