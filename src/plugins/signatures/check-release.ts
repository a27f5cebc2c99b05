import type { ListedFile } from '../package/file-list.js';
import { PluginFault } from '../package/plugin-fault.js';
import type { PluginRelease } from '../package/plugin-package.js';
import { type Sidecar, signedBytes } from './signed-document.js';
import { signerKeyOf } from './signer-key.js';
import { matchesNamePatterns, type TrustedKey } from './trusted-key.js';
import { isSignatureOf } from './verify-signature.js';

const clockSkewMs = 5 * 60 * 1000;

export interface Circumstances {
  readonly nowMs: number;
  /** Whether an admin has approved this very tree, which a retired key is still good for. */
  readonly approved: boolean;
}

/**
 * Passes when the key vouches for exactly this package.
 *
 *   the key: enrolled, not revoked, in its window, for this name   ->  both verifiers
 *   ->  the tree is the signed one, file by file  ->  the manifest says what the document says
 *   ->  the capabilities are within those of the key  ->  the release is neither early nor late
 *
 * @param key of the sidecar's key id; undefined when none is known
 * @throws PluginFault
 */
export function checkRelease(
  found: PluginRelease,
  sidecar: Sidecar,
  key: TrustedKey | undefined,
  circumstances: Circumstances,
): void {
  const trusted = checkKey(sidecar, key, circumstances.nowMs);
  checkSignature(sidecar, trusted);
  if (trusted.status === 'retired' && !circumstances.approved) {
    throw untrusted('The key that signed it is retired and signs nothing new; use another key.');
  }
  checkIsOf(found, sidecar);
  const beyond = found.manifest.capabilities.filter((one) => !trusted.capabilities.includes(one));
  if (beyond.length > 0) {
    throw untrusted(
      `The key that signed it may not vouch for ${beyond.join(', ')}; allow that to the signer, ` +
        'or sign with another key.',
    );
  }
  checkTimes(sidecar, trusted, circumstances.nowMs);
}

/**
 * Passes when the sidecar speaks of exactly this package. Who signed it is another question.
 *
 * @throws PluginFault
 */
export function checkIsOf({ manifest, list }: PluginRelease, sidecar: Sidecar): void {
  if (sidecar.name !== manifest.name) {
    throw new PluginFault(
      'invalid',
      'The sidecar is of another plugin; use the one of this plugin.',
    );
  }
  checkTree(list, sidecar.tree.files);
  if (sidecar.version !== manifest.version || sidecar.releaseSeq !== manifest.releaseSeq) {
    throw new PluginFault(
      'invalid',
      'The sidecar is of another version or release than plugin.json; sign again.',
    );
  }
}

function checkKey({ name }: Sidecar, key: TrustedKey | undefined, nowMs: number): TrustedKey {
  if (!key) {
    throw untrusted('It is signed by a key that is not enrolled; enrol the signer, or sign again.');
  }
  if (key.status === 'revoked') {
    throw new PluginFault('revoked', 'The key that signed it is revoked; sign with another key.');
  }
  if (key.validFromMs !== null && nowMs < key.validFromMs) {
    throw untrusted('The key that signed it is not valid yet.');
  }
  if (key.validUntilMs !== null && nowMs >= key.validUntilMs) {
    throw new PluginFault('expired', 'The key that signed it is no longer valid; use another key.');
  }
  if (!matchesNamePatterns(key.names, name)) {
    throw untrusted('The key that signed it may not sign a plugin of this name.');
  }
  return key;
}

function checkSignature(sidecar: Sidecar, { keyId, publicKey }: TrustedKey): void {
  const key = signerKeyOf(publicKey);
  // A key is known by what it is: one that is kept under the id of another is no key.
  const isKey = typeof key === 'object' && key.keyId === keyId && keyId === sidecar.keyId;
  if (isKey && isSignatureOf(sidecar.sig, signedBytes(sidecar), key)) return;
  throw new PluginFault(
    'invalid',
    'The signature does not hold: the sidecar was changed, or its key is not whose it says.',
  );
}

/** Both lists are sorted, so the first difference says what happened. */
function checkTree(found: readonly ListedFile[], signed: readonly ListedFile[]): void {
  const length = Math.max(found.length, signed.length);
  for (let index = 0; index < length; index += 1) {
    const [here, there] = [found[index], signed[index]];
    if (here && there && isSameFile(here, there)) continue;
    throw new PluginFault(
      'modified',
      `${difference(here, there)}; restore the files or sign again.`,
    );
  }
}

function isSameFile(a: ListedFile, b: ListedFile): boolean {
  return a.path === b.path && a.size === b.size && a.sha256 === b.sha256;
}

function difference(here: ListedFile | undefined, there: ListedFile | undefined): string {
  if (here && here.path === there?.path) return `${here.path} is not as it was signed`;
  if (here && (!there || here.path < there.path)) return `${here.path} was not signed`;
  return `${there?.path ?? ''} was signed and is missing`;
}

function checkTimes(
  { signedAt, expiresAt }: Sidecar,
  { validFromMs }: TrustedKey,
  nowMs: number,
): void {
  const signedMs = Date.parse(signedAt);
  if (signedMs > nowMs + clockSkewMs) {
    throw new PluginFault('invalid', 'It was signed in the future; look at the clocks.');
  }
  if (validFromMs !== null && signedMs < validFromMs) {
    throw untrusted('It was signed before its key was valid.');
  }
  if (Date.parse(expiresAt) <= nowMs) {
    throw new PluginFault('expired', `The signature was good until ${expiresAt}; sign again.`);
  }
}

function untrusted(detail: string): PluginFault {
  return new PluginFault('untrusted-key', detail);
}
