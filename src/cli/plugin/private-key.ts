import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { type SignerKey, signerKeyOf } from '../../plugins/verification.js';
import { CliError } from '../cli-error.js';

/** The pair a publisher signs with. SECURITY: the private half is never printed and never sent. */
export interface PublisherKey {
  readonly privateKey: KeyObject;
  readonly signer: SignerKey;
}

/** Makes a key in a file of its own; undefined, and nothing is touched, when the file is there. */
export async function createKey(path: string): Promise<PublisherKey | undefined> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  try {
    // SECURITY: the mode is set when the file is made; changed afterwards it would be too late.
    await writeFile(path, pem, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return undefined;
    throw new CliError(`${path} cannot be written: ${code ?? 'unknown'}`, { cause: error });
  }
  return publisherKey(path, privateKey);
}

/** @throws CliError for a file that others may read, or that holds no ed25519 key */
export async function readKey(path: string): Promise<PublisherKey> {
  const text = await readPrivately(path);
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch (error) {
    throw new CliError(`${path} holds no private key in PEM`, { cause: error });
  }
  return publisherKey(path, key);
}

async function readPrivately(path: string): Promise<string> {
  try {
    const file = await open(path, constants.O_RDONLY);
    try {
      // Windows has no such bits.
      const isShared = process.platform !== 'win32' && ((await file.stat()).mode & 0o077) !== 0;
      if (isShared) throw new CliError(`${path} can be read by others: chmod 600 it first`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const advice = code === 'ENOENT' ? '; make one with `promptd plugin keygen`' : '';
    throw new CliError(`${path} cannot be read: ${code ?? 'unknown'}${advice}`, { cause: error });
  }
}

function publisherKey(path: string, privateKey: KeyObject): PublisherKey {
  const { crv, x = '' } = privateKey.export({ format: 'jwk' });
  const signer = crv === 'Ed25519' ? signerKeyOf(x) : undefined;
  if (typeof signer !== 'object') throw new CliError(`${path} holds no ed25519 key`);
  return { privateKey, signer };
}
