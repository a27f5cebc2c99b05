/** Where a sign-in ended; written to the log and the audit trail, never shown to the caller. */
export type RefusalReason = 'invalid-flow' | 'invalid-answer' | 'unusable-identity' | 'deactivated';

/** A sign-in that proves nothing. The caller hears the same of all of them. */
export class SignInRefused extends Error {
  constructor(
    readonly reason: RefusalReason,
    options?: ErrorOptions,
  ) {
    super(`the sign-in was refused: ${reason}`, options);
    this.name = 'SignInRefused';
  }
}
