import { validationFailed } from '../../platform/errors/index.js';

/** The OCI repository-name grammar, of which slashes make folders. */
const grammar = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;

/** In characters; every accepted name is ASCII. */
export const maxPromptNameLength = 255;

export function isPromptName(text: string): boolean {
  return text.length <= maxPromptNameLength && grammar.test(text);
}

/** @throws `validation-failed` at `pointer` (a JSON Pointer) when the text is no prompt name */
export function parsePromptName(text: string, pointer = '/name'): string {
  if (isPromptName(text)) return text;
  throw validationFailed('The prompt name is not valid.', {
    errors: [
      {
        pointer,
        code: 'invalid-name',
        detail:
          'must be 1 to 255 characters: lower-case letters and digits, with single dots, ' +
          'or underscores or hyphens between them, in folders separated by single slashes',
      },
    ],
  });
}
