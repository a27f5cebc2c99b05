const grammar = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const maxUsernameLength = 64;

export const usernameRule =
  'must be 1 to 64 characters: lower-case letters and digits, with single dots, underscores or ' +
  'hyphens between them, and must not look like an id';

/**
 * Lower case only, so that no two names read alike. Never a UUID: a path may name a user by
 * username or by id, and must mean one of them.
 */
export function isUsername(text: string): boolean {
  return text.length <= maxUsernameLength && grammar.test(text) && !uuid.test(text);
}
