import { hash } from '@node-rs/argon2';
import { passwordCost } from './password-cost.js';
import { noPasswordHash, PasswordHasher } from './password-hasher.js';

describe('the password hasher', () => {
  const hasher = new PasswordHasher(passwordCost);

  it('makes argon2id hashes with at least the parameters of the security rules', async () => {
    const made = await hasher.hash('correct horse');

    expect(made).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(hasher.isOutdated(made)).toBe(false);
  });

  it('knows the right password from a wrong one', async () => {
    const made = await hasher.hash('correct horse');

    await expect(hasher.verify('correct horse', made)).resolves.toBe(true);
    await expect(hasher.verify('correct horse ', made)).resolves.toBe(false);
  });

  it('says no for an account that does not exist', async () => {
    await expect(hasher.verify('anything', undefined)).resolves.toBe(false);
  });

  it('says no for an account that has no password, whatever is tried', async () => {
    await expect(hasher.verify('anything', noPasswordHash)).resolves.toBe(false);
    await expect(hasher.verify(noPasswordHash, noPasswordHash)).resolves.toBe(false);
  });

  it('asks for a new hash where the parameters were weaker', async () => {
    const old = await hash('correct horse', { memoryCost: 8192, timeCost: 1 });

    expect(hasher.isOutdated(old)).toBe(true);
    await expect(hasher.verify('correct horse', old)).resolves.toBe(true);
  });
});
