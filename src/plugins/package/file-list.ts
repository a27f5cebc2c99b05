import { type Digest, digestOf, sha256Hex } from '../../platform/crypto/index.js';

/** A file of a tree, as it is signed. */
export interface ListedFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of its bytes, in lower-case hex. */
  readonly sha256: string;
}

/** Every file of a tree, `plugin.json` among them, sorted by the bytes of the paths in UTF-8. */
export function fileListOf(files: ReadonlyMap<string, Buffer>): readonly ListedFile[] {
  return [...files]
    .map(([path, bytes]) => ({ path, size: bytes.length, sha256: sha256Hex(bytes) }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** What pins a tree: two trees have one digest only when every path and every byte is the same. */
export function treeDigestOf(list: readonly ListedFile[]): Digest {
  return digestOf(list);
}
