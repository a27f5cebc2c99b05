import { type FieldError, validationFailed } from '../../platform/errors/index.js';

export interface CredentialRequest {
  readonly name: string;
  readonly provider: string;
  readonly secret: string;
}

export interface CredentialDraft extends CredentialRequest {
  readonly lastFour: string | null;
}

/** Four characters of a shorter secret would be a large part of it. */
const shortestShown = 16;

/**
 * @param providers the slugs of those that can be called
 * @throws validation-failed listing every field at fault
 */
export function parseCredentialDraft(
  { name, provider, secret }: CredentialRequest,
  providers: readonly string[],
): CredentialDraft {
  const errors: readonly FieldError[] = [
    ...(isPlainName(name)
      ? []
      : [fault('/name', 'invalid-name', 'must have no outer spaces and no control characters')]),
    ...(providers.includes(provider)
      ? []
      : [fault('/provider', 'unknown-provider', `must be one of ${providers.join(', ')}`)]),
    ...(hasControls(secret)
      ? [fault('/secret', 'control-character', 'must have no control characters')]
      : []),
  ];
  if (errors.length > 0) {
    throw validationFailed('The credential is not valid; see errors.', { errors });
  }
  return { name, provider, secret, lastFour: lastFourOf(secret) };
}

function lastFourOf(secret: string): string | null {
  const characters = Array.from(secret);
  return characters.length < shortestShown ? null : characters.slice(-4).join('');
}

/** A padding collation would take `ci` and `ci ` for the same name. */
function isPlainName(name: string): boolean {
  return !/^\s|\s$|\p{C}/u.test(name);
}

/** A lone surrogate is half of a character. */
function hasControls(text: string): boolean {
  return /[\p{Cc}\p{Cs}]/u.test(text);
}

function fault(pointer: string, code: string, detail: string): FieldError {
  return { pointer, code, detail };
}
