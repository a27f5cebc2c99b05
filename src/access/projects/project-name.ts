const grammar = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

export const maxProjectNameLength = 100;

export const projectNameRule =
  'must be 1 to 100 characters: lower-case letters and digits, with single dots, underscores or ' +
  'hyphens between them';

export function isProjectName(text: string): boolean {
  return text.length <= maxProjectNameLength && grammar.test(text);
}
