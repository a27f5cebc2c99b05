import { PluginFault } from './plugin-fault.js';
import { treeLimits } from './tree-limits.js';

/**
 * A name inside a plugin's tree: ASCII letters, digits and `_ - .`, not first a dot and not last one.
 *
 * SECURITY: there is nothing to normalise in such a name, so no two spellings are one file on some
 * system: no `..`, no separator of another system, no look-alike, no composed or decomposed accent.
 */
const segment = /^[A-Za-z0-9_-](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/;

export const pathRule =
  'Names of files and folders have ASCII letters, digits, _, - and dots inside, ' +
  `and a path has at most ${treeLimits.maxPathLength} characters.`;

/** Whether this is the path of a file in a tree, from its root, with `/` between the names. */
export function isFilePath(path: string): boolean {
  const names = path.split('/');
  return (
    path.length <= treeLimits.maxPathLength &&
    names.length <= treeLimits.maxDepth &&
    names.every((name) => segment.test(name))
  );
}

/**
 * Refuses two paths that differ in nothing but case, folders included: on some systems they are one
 * file, and which of them it is depends on the order of unpacking.
 *
 * @throws PluginFault
 */
export function refuseCollisions(paths: Iterable<string>): void {
  const spelling = new Map<string, string>();
  for (const path of paths) {
    for (const place of withFolders(path)) {
      const folded = place.toLowerCase();
      const other = spelling.get(folded);
      if (other !== undefined && other !== place) {
        throw new PluginFault(
          'invalid',
          `The tree holds ${other} and ${place}, which are one file on some systems; rename one.`,
        );
      }
      spelling.set(folded, place);
    }
  }
}

function withFolders(path: string): readonly string[] {
  const names = path.split('/');
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}
