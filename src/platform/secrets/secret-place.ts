import { canonicalJson } from '../crypto/index.js';

/** Where a secret belongs: which field of which row, of which project. */
export interface SecretPlace {
  /** The table of the row that owns the secret. */
  readonly table: string;
  readonly row: string;
  /** Null for what belongs to the instance. */
  readonly project: string | null;
  readonly field: string;
}

/**
 * SECURITY: what both layers of a sealed secret authenticate besides what they hide. A ciphertext
 * that somebody moves to another row, project or field no longer opens.
 */
export function boundTo({ table, row, project, field }: SecretPlace): Buffer {
  return Buffer.from(canonicalJson({ table, row, project, field }));
}
