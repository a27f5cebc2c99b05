/** Whom an identity provider knows a user as. Made at the first sign-in and never changed. */
export interface Identity {
  readonly id: string;
  readonly userId: string;
  readonly issuer: string;
  readonly subject: string;
}

const maxLength = 255;

/**
 * Whether an issuer or a subject can be a key. OpenID Connect Core, 2 bounds a subject to 255 ASCII
 * characters.
 *
 * SECURITY: MariaDB compares text as if it ended in spaces, so with outer spaces one user of the
 * provider could be taken for another.
 */
export function isIdentityKey(text: string): boolean {
  return text.length <= maxLength && /^[!-~](?:[ -~]*[!-~])?$/.test(text);
}
