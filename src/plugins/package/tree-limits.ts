/** What the tree of one plugin may hold. */
export const treeLimits = {
  maxFiles: 500,
  /** Of all files together. */
  maxBytes: 10 * 1024 * 1024,
  /** Folders inside folders; a file beside `plugin.json` has depth 1. */
  maxDepth: 16,
  /** Characters of a file's path inside the tree. */
  maxPathLength: 200,
} as const;
