import { type DefinedError } from 'ajv';
import { type FieldError } from '../../platform/errors/index.js';
import { pointerSegment, shortPointer } from './json-pointer.js';
import { explainSchemaError } from './schema-error-sentences.js';

/**
 * The first faults in the content, each with a stable code and a sentence of our own.
 *
 * @param errors every error that ajv found by the content schema, in its order
 */
export function contentErrorsOf(
  errors: readonly DefinedError[],
  maxErrors: number,
): readonly FieldError[] {
  const placeholders = new Set(
    errors.filter(isPlaceholderTakenForMessage).map((error) => error.instancePath),
  );
  const found: FieldError[] = [];
  for (const error of errors) {
    if (found.length === maxErrors) break;
    if (isOfOtherBranch(error, placeholders)) continue;
    const pointer = shortPointer(`/content${faultyPlace(error)}`);
    found.push({ pointer, ...explainSchemaError(error) });
  }
  return found;
}

/**
 * An item of `messages` is tried as a message and as a placeholder. Only the errors of the branch
 * that the caller meant are of use: a placeholder when it has that key, else a message.
 */
function isOfOtherBranch(error: DefinedError, placeholders: ReadonlySet<string>): boolean {
  const item = /^\/messages\/\d+/.exec(error.instancePath)?.[0];
  if (item === undefined) return false;
  const otherBranch = placeholders.has(item) ? 'Message' : 'Placeholder';
  return error.keyword === 'oneOf' || error.schemaPath.startsWith(`#/$defs/${otherBranch}/`);
}

function isPlaceholderTakenForMessage(error: DefinedError): boolean {
  return (
    error.keyword === 'additionalProperties' &&
    error.params.additionalProperty === 'placeholder' &&
    error.schemaPath.startsWith('#/$defs/Message/')
  );
}

/** ajv reports a missing or unknown property at its object; a caller looks for the property. */
function faultyPlace(error: DefinedError): string {
  const { instancePath, keyword, params } = error;
  if (keyword === 'discriminator') return `${instancePath}/kind`;
  if (keyword === 'required') return `${instancePath}/${params.missingProperty}`;
  if (keyword === 'additionalProperties') {
    return `${instancePath}/${pointerSegment(params.additionalProperty)}`;
  }
  return instancePath;
}
