/** The least that argon2id can be made to take, for passwords that only tests have. */
export const cheapPasswords = { memoryCost: 8, timeCost: 1, parallelism: 1 } as const;
