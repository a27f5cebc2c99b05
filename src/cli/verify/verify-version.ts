import { type PublicKey, publicKeysOf } from '../../platform/crypto/index.js';
import {
  verifiableVersion,
  type VerifiableVersion,
  type VersionFault,
  versionFault,
} from '../../registry/verification.js';
import type { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import { readJsonFile } from './json-file.js';
import { isExact, referenceText, type VersionReference } from './version-reference.js';

export interface VerifySources {
  /** Called when something has to be fetched: with both files nothing is sent anywhere. */
  readonly connect: () => Promise<ApiClient>;
  /** A saved answer to a read of the version. */
  readonly versionFile?: string;
  /** A saved answer of `GET /v1/keys`. */
  readonly keysFile?: string;
}

/**
 * Checks that a version is what was published under its number, and answers a line that says so.
 *
 * @throws CliError with one sentence about the first thing that is wrong
 */
export async function verifyVersion(
  asked: VersionReference,
  { connect, versionFile, keysFile }: VerifySources,
): Promise<string> {
  const keys = await (keysFile === undefined ? fetchKeys(await connect()) : readKeys(keysFile));
  const version = await (versionFile === undefined
    ? fetchVersion(await connect(), asked)
    : readVersion(versionFile));
  const found = referenceText({ ...version, selector: version.version });
  // SECURITY: a version that is genuine and not the one asked for must not pass as it.
  const isChosenByServer = versionFile === undefined && !isExact(asked);
  const expected = isChosenByServer ? { ...asked, selector: version.version } : asked;
  if (found !== referenceText(expected)) {
    throw new CliError(`${referenceText(asked)} was asked for, and this is ${found}`);
  }
  const fault = versionFault(version, keys);
  if (fault) throw new CliError(`${found} ${sentences[fault](version.signature.keyId)}`);
  return `${found} is as it was published: ${version.digest}, signed by ${version.signature.keyId}`;
}

const sentences: Readonly<Record<VersionFault, (keyId: string) => string>> = {
  'digest-mismatch': () => 'was changed: its content and lock do not have the digest that it shows',
  'unknown-key': (keyId) => `is signed by ${keyId}, which is not one of the keys`,
  'wrong-purpose': (keyId) => `is signed by ${keyId}, a key that does not sign versions`,
  'bad-signature': (keyId) => `was changed: its signature by ${keyId} does not hold`,
};

export async function fetchKeys(client: ApiClient): Promise<readonly PublicKey[]> {
  return keysIn(await client.get('/v1/keys'), client.server);
}

export async function readKeys(path: string): Promise<readonly PublicKey[]> {
  return keysIn(await readJsonFile(path), path);
}

function keysIn(document: unknown, source: string): readonly PublicKey[] {
  const keys = publicKeysOf(document);
  if (!keys) throw new CliError(`${source} gives no keys: they have the form of GET /v1/keys`);
  return keys;
}

async function fetchVersion(
  client: ApiClient,
  asked: VersionReference,
): Promise<VerifiableVersion> {
  const [project, name, selector] = [asked.project, asked.name, asked.selector].map(
    encodeURIComponent,
  );
  const path = `/v1/projects/${project}/prompts/${name}/versions/${selector}`;
  return versionIn(await client.get(path), client.server);
}

async function readVersion(path: string): Promise<VerifiableVersion> {
  return versionIn(await readJsonFile(path), path);
}

function versionIn(body: unknown, source: string): VerifiableVersion {
  const version = verifiableVersion(body);
  if (!version) throw new CliError(`${source} gives no version as a read of one answers it`);
  return version;
}
