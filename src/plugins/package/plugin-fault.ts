import type { FieldError } from '../../platform/errors/index.js';

/** Why a plugin may not run. The list is closed: clients and documents name each of them. */
export const rejectReasons = [
  'unsigned',
  'untrusted-key',
  'invalid',
  'modified',
  'expired',
  'revoked',
  'downgrade',
  'incompatible',
] as const;
export type RejectReason = (typeof rejectReasons)[number];

/**
 * A plugin that may not run, with a sentence that says what was expected and what to do. The sentence
 * never holds a path of the machine or a byte of a file.
 */
export class PluginFault extends Error {
  constructor(
    readonly reason: RejectReason,
    detail: string,
    /** Places in the file at fault, when one file is. */
    readonly errors: readonly FieldError[] = [],
  ) {
    super(detail);
    this.name = 'PluginFault';
  }
}
