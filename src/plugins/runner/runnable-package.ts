import type { AskedLimits } from './runner-limits.js';

/**
 * A plugin as it was verified. The runner gets these bytes; nothing of a plugin is ever read from
 * the disk again.
 */
export interface RunnablePackage {
  readonly manifest: {
    readonly name: string;
    readonly entry: string;
    readonly limits?: AskedLimits | undefined;
  };
  /** By path in the tree, with `/`. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly treeDigest: string;
}

/** A module's text goes over the channel in parts, so that no line grows with a plugin. */
const partLength = 128 * 1024;

export interface ModulePart {
  readonly path: string;
  readonly text: string;
}

/** Everything of a plugin that can be imported. Throws a TypeError when a module is not UTF-8. */
export function modulePartsOf({ files }: RunnablePackage): ModulePart[] {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts: ModulePart[] = [];
  for (const [path, bytes] of files) {
    if (!/\.m?js$/.test(path)) continue;
    const text = decode(decoder, path, bytes);
    let from = 0;
    do {
      parts.push({ path, text: text.slice(from, from + partLength) });
      from += partLength;
    } while (from < text.length);
  }
  return parts;
}

function decode(decoder: TextDecoder, path: string, bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new TypeError(`${path} is not valid UTF-8.`);
  }
}
