import { randomBytes, sign } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import {
  type PluginPackage,
  type Sidecar,
  sidecarBytes,
  sidecarPath,
  type SignedDocument,
  signedBytes,
} from '../../plugins/verification.js';
import { CliError } from '../cli-error.js';
import { type PublisherKey, readKey } from './private-key.js';
import { readablePackage } from './readable-plugin.js';

const dayMs = 24 * 60 * 60 * 1000;
const maxDays = 3650;

/**
 * Signs a plugin as it is now and answers a line about it. The sidecar is the mark that a release is
 * whole, so it comes last and at once: nobody ever reads half of one.
 *
 * @throws CliError
 */
export async function signPlugin(
  directory: string,
  keyFile: string,
  days: string,
): Promise<string> {
  const lifetimeMs = daysOf(days) * dayMs;
  const key = await readKey(keyFile);
  const found = await readablePackage(directory);
  const document = documentOf(found, key, Date.now(), lifetimeMs);
  const sig = sign(null, signedBytes(document), key.privateKey).toString('base64');
  await replaceFile(sidecarPath(directory), { ...document, sig });
  const { name, version, releaseSeq } = found.manifest;
  return (
    `signed ${name} ${version} (release ${releaseSeq}) with the key ${key.signer.keyId}: ` +
    `${found.list.length} files, ${found.treeDigest}, good until ${document.expiresAt}`
  );
}

function daysOf(text: string): number {
  const days = Number(text);
  if (/^\d+$/.test(text) && days >= 1 && days <= maxDays) return days;
  throw new CliError(`--days takes a whole number from 1 to ${maxDays}`);
}

function documentOf(
  { manifest, list }: PluginPackage,
  { signer }: PublisherKey,
  nowMs: number,
  lifetimeMs: number,
): SignedDocument {
  const { name, version, releaseSeq } = manifest;
  return {
    v: 1,
    purpose: 'plugin-release',
    alg: 'ed25519',
    keyId: signer.keyId,
    ...{ name, version, releaseSeq },
    signedAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(nowMs + lifetimeMs).toISOString(),
    tree: { alg: 'sha256', files: list },
  };
}

async function replaceFile(path: string, sidecar: Sidecar): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(draft, 'wx', 0o644);
    try {
      await file.writeFile(sidecarBytes(sidecar));
      // Otherwise a crash may leave the name of the new file with nothing in it.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(`${path} cannot be written: ${code ?? 'unknown'}`, { cause: error });
  }
}
