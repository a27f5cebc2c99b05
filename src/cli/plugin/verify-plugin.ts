import { readFile } from 'node:fs/promises';
import {
  type Capability,
  capabilities,
  checkRelease,
  type KeyStatus,
  type PluginPackage,
  type Sidecar,
  type SignerKey,
  signerKeyOf,
  type TrustedKey,
} from '../../plugins/verification.js';
import type { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import { explained, readablePackage, readableSidecar } from './readable-plugin.js';

/** Whose signature it must be; of both, each must accept it. */
export interface WantedSigner {
  /** 43 characters of base64url, or the name of a file that keygen printed. */
  readonly publicKey?: string;
  /** To the server whose enrolled signers count. */
  readonly connect?: () => Promise<ApiClient>;
}

interface ListedSigner {
  readonly keyId: string;
  readonly publicKey: string;
  readonly status: KeyStatus;
  readonly names: readonly string[];
  readonly capabilities: readonly Capability[];
  readonly validFrom: string | null;
  readonly validUntil: string | null;
}

interface SignerPage {
  readonly items: readonly ListedSigner[];
  readonly nextCursor: string | null;
}

/**
 * Checks a plugin as the server does before it asks for an approval, and answers what holds.
 *
 * @throws CliError with one sentence about what does not
 */
export async function verifyPlugin(
  directory: string,
  { publicKey, connect }: WantedSigner,
): Promise<readonly string[]> {
  if (publicKey === undefined && !connect) {
    throw new CliError('say whose signature it must be: --public-key, --enrolled or both');
  }
  const given = publicKey === undefined ? undefined : await givenKey(publicKey);
  const client = await connect?.();
  const found = await readablePackage(directory);
  const sidecar = await readableSidecar(directory);
  const { name, version } = found.manifest;
  const about = `${name} ${version} (${found.treeDigest})`;
  const lines: string[] = [];
  if (given) {
    await check(directory, found, sidecar, given.keyId === sidecar.keyId ? given : undefined);
    lines.push(`${about} is as the holder of the key ${given.keyId} signed it`);
  }
  if (client) {
    const signer = await enrolledSigner(client, sidecar.keyId);
    await check(directory, found, sidecar, signer);
    lines.push(`${about} is signed by the key ${sidecar.keyId}, which ${client.server} trusts`);
  }
  return lines;
}

async function check(
  directory: string,
  found: PluginPackage,
  sidecar: Sidecar,
  key: TrustedKey | undefined,
): Promise<void> {
  // Whether a retired key may go on depends on approvals, which only the server knows.
  const circumstances = { nowMs: Date.now(), approved: false };
  await explained(directory, () => {
    checkRelease(found, sidecar, key, circumstances);
  });
}

/** A key that is given is trusted for everything: whoever gives it has decided. */
async function givenKey(text: string): Promise<TrustedKey> {
  const key = signerKeyOf(text);
  const { keyId, text: publicKey } = typeof key === 'object' ? key : await keyInFile(text);
  return {
    ...{ keyId, publicKey, capabilities },
    status: 'active',
    names: ['*'],
    validFromMs: null,
    validUntilMs: null,
  };
}

async function keyInFile(path: string): Promise<SignerKey> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CliError(
      '--public-key takes a key of 43 characters, or a file with what `promptd plugin keygen` printed',
      { cause: error },
    );
  }
  const key = signerKeyOf(publicKeyIn(text));
  if (typeof key === 'object') return key;
  throw new CliError(`${path} holds no public key that can be trusted (${key})`);
}

function publicKeyIn(text: string): string {
  try {
    const { publicKey } = JSON.parse(text) as { readonly publicKey?: unknown };
    return String(publicKey);
  } catch {
    return text.trim();
  }
}

async function enrolledSigner(client: ApiClient, keyId: string): Promise<TrustedKey | undefined> {
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const page: SignerPage = await client.get<SignerPage>(`/v1/plugin-signers?limit=200${query}`);
    const signer = page.items.find((one) => one.keyId === keyId);
    if (signer) {
      const { validFrom, validUntil } = signer;
      return { ...signer, validFromMs: timeOf(validFrom), validUntilMs: timeOf(validUntil) };
    }
    cursor = page.nextCursor;
  }
  return undefined;
}

function timeOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
