import semver from 'semver';
import { validationFailed } from '../../platform/errors/index.js';

const grammar = /^[a-z][a-z0-9._-]{0,62}$/;

/**
 * A label is never `latest` and never anything that semver reads as a version or a range (`x`,
 * `v1`), so that no label can change what another kind of selector means.
 */
export function isLabelName(text: string): boolean {
  return grammar.test(text) && text !== 'latest' && semver.validRange(text) === null;
}

/** @throws `validation-failed` at `pointer` (a JSON Pointer) when the text is not a label name. */
export function parseLabelName(text: string, pointer = '/label'): string {
  if (isLabelName(text)) return text;
  const detail =
    'A label is 1 to 63 characters of a-z, 0-9, dot, underscore and hyphen, starts with a ' +
    'letter, and is neither latest nor a version or range such as v1 or x.';
  throw validationFailed('The label is not valid.', {
    errors: [{ pointer, code: 'invalid-label', detail }],
  });
}
