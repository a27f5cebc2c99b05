import { validationFailed } from '../../platform/errors/index.js';
import { type JsonObject } from './content.js';
import { jsonObjectError, sizeError } from './json-bounds.js';

const pointer = '/provenance';
const maxBytes = 8 * 1024;

/**
 * Checks where a version is said to come from: free JSON, an object of at most 8 KiB.
 *
 * @param value parsed by parseStrictJson, or as strict
 * @throws validation-failed at `/provenance`
 */
export function checkProvenance(value: unknown): JsonObject {
  const error = jsonObjectError(value, pointer) ?? sizeError(value, pointer, maxBytes);
  if (error !== undefined) {
    throw validationFailed('The provenance was refused; errors says why.', { errors: [error] });
  }
  return value as JsonObject;
}
