import { canonicalJson } from '../../platform/crypto/index.js';
import type { ListedFile } from '../package/file-list.js';

/**
 * What a publisher signs about one release. It is small however large the tree is, because it holds
 * the hashes of the files; and it names everything that a signature must not be moved between.
 *
 *   plugins/<name>/        the tree            plugins/<name>.sig        this document, with `sig`
 *     plugin.json   <--------- sha256 ---------- tree.files[…]
 *     index.js      <--------- sha256 ---------- tree.files[…]
 */
export interface SignedDocument {
  readonly v: 1;
  /** Keeps it from meaning anything else that a key of this program signs. */
  readonly purpose: 'plugin-release';
  readonly alg: 'ed25519';
  readonly keyId: string;
  readonly name: string;
  readonly version: string;
  readonly releaseSeq: number;
  /** RFC 3339 in UTC with milliseconds, as its publisher says. */
  readonly signedAt: string;
  /** From then on it is no reason to run anything. */
  readonly expiresAt: string;
  readonly tree: { readonly alg: 'sha256'; readonly files: readonly ListedFile[] };
}

/** The file beside the tree. */
export interface Sidecar extends SignedDocument {
  /** 64 bytes in base64. */
  readonly sig: string;
}

/** SECURITY: the prefix keeps a signature from being one of something else with the same bytes. */
const prefix = 'promptd/plugin-sig/v1\0';

/** Frozen: another text would be another signature of every plugin there is. */
export function signedBytes(document: SignedDocument): Buffer {
  const { v, purpose, alg, keyId, name, version, releaseSeq, signedAt, expiresAt, tree } = document;
  const signed = { v, purpose, alg, keyId, name, version, releaseSeq, signedAt, expiresAt, tree };
  return Buffer.from(prefix + canonicalJson(signed));
}

/**
 * The bytes of a sidecar's file. A sidecar has no other: nothing about it can be changed without
 * breaking it, a space included.
 */
export function sidecarBytes(sidecar: Sidecar): Buffer {
  return Buffer.from(`${canonicalJson(sidecar)}\n`);
}
