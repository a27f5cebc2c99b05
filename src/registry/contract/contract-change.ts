/** How far a version number has to move; ordered from the least to the most. */
export const bumps = ['none', 'patch', 'minor', 'major'] as const;
export type Bump = (typeof bumps)[number];

export type ContractChangeCode =
  | 'kind-changed'
  | 'variable-added-optional'
  | 'variable-added-required'
  | 'variable-removed'
  | 'variable-type-changed'
  | 'variable-type-widened'
  | 'variable-enum-narrowed'
  | 'variable-enum-widened'
  | 'variable-max-length-narrowed'
  | 'variable-max-length-widened'
  | 'variable-now-optional'
  | 'variable-now-required'
  | 'variable-default-added'
  | 'variable-default-changed'
  | 'variable-default-removed'
  | 'variable-description-changed'
  | 'output-schema-added'
  | 'output-schema-changed'
  | 'output-schema-removed'
  | 'tool-added'
  | 'tool-removed'
  | 'tool-parameters-changed'
  | 'tool-description-changed'
  | 'model-changed'
  | 'text-changed'
  | 'messages-changed'
  | 'sections-changed'
  | 'content-rewritten';

/** One reason why a version needs a bump. */
export interface ContractChange {
  readonly code: ContractChangeCode;
  readonly bump: Exclude<Bump, 'none'>;
  /**
   * JSON Pointer (RFC 6901) into the next content, where a member that was taken away is absent.
   * Of a removed variable or tool: into the base, where it still has an index.
   */
  readonly path: string;
  readonly detail: string;
}

type MakeChange = (code: ContractChangeCode, path: string, detail: string) => ContractChange;

/** Something that worked for a caller no longer does, or it cannot be decided. */
export const major: MakeChange = (code, path, detail) => ({ code, bump: 'major', path, detail });

/** Whatever worked still does, and there is more or other behaviour. */
export const minor: MakeChange = (code, path, detail) => ({ code, bump: 'minor', path, detail });

/** Wording only. */
export const patch: MakeChange = (code, path, detail) => ({ code, bump: 'patch', path, detail });

export function highestBump(changes: readonly ContractChange[]): Bump {
  return bumps.findLast((bump) => changes.some((change) => change.bump === bump)) ?? 'none';
}
