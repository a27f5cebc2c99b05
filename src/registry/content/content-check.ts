import { Ajv2020, type DefinedError, type ValidateFunction } from 'ajv/dist/2020.js';
import { type FieldError, type Problem, validationFailed } from '../../platform/errors/index.js';
import { type Content } from './content.js';
import { contentSchema } from './content-schema.js';
import { contentTooLarge } from './content.errors.js';
import { duplicateNames } from './duplicate-names.js';
import { canonicalByteLength, jsonObjectError, sizeError } from './json-bounds.js';
import { checkJsonSchema } from './json-schema-check.js';
import { contentErrorsOf } from './schema-errors.js';
import { variableErrors } from './variable-rules.js';

export interface ContentLimits {
  /** Longest canonical text of a content, in UTF-8 bytes. */
  readonly maxContentBytes: number;
  readonly maxVariables: number;
}
export const contentLimits: ContentLimits = { maxContentBytes: 256 * 1024, maxVariables: 200 };

const maxModelBytes = 16 * 1024;
/** A caller mends a few faults at a time; a content made of faults is not answered with them all. */
const maxErrors = 50;

let compiled: ValidateFunction<Content> | undefined;

/** Compiled at the first use, which no start of the program and no instance that only reads should pay. */
function schemaCheck(): ValidateFunction<Content> {
  compiled ??= new Ajv2020({
    // SECURITY: finding every error is safe only behind the size check, which bounds their number, and
    // while the items of arrays hold no further $ref: ajv copies all earlier errors at each call of a
    // $ref that it cannot inline (measured: 130,000 bad items took minutes, and inlined 0.1 s).
    allErrors: true,
    discriminator: true,
    logger: false,
  }).compile<Content>(contentSchema);
  return compiled;
}

/**
 * Checks what a caller sent as content and returns the very same value: no default is filled in
 * and no key is moved.
 *
 * @param value parsed by parseStrictJson, or as strict
 * @throws content-too-large, validation-failed with a pointer below `/content` for each fault
 */
export function checkContent(value: unknown, limits: ContentLimits = contentLimits): Content {
  refuse([jsonObjectError(value, '/content')]);
  refuseTooLarge(value, limits.maxContentBytes);
  const followsSchema = schemaCheck();
  if (!followsSchema(value)) {
    throw invalid(contentErrorsOf((followsSchema.errors ?? []) as DefinedError[], maxErrors));
  }
  refuse([...variableErrors(value.variables ?? [], limits.maxVariables), ...contractErrors(value)]);
  return value;
}

function refuseTooLarge(value: unknown, maxBytes: number): void {
  const size = canonicalByteLength(value);
  if (size <= maxBytes) return;
  throw contentTooLarge(
    `The content has ${size} bytes as canonical JSON; at most ${maxBytes} are allowed.`,
  );
}

function contractErrors({ outputSchema, tools = [], model }: Content) {
  return [
    outputSchema && checkJsonSchema(outputSchema, '/content/outputSchema'),
    ...duplicateNames(tools, '/content/tools'),
    ...tools.map(
      ({ parameters }, index) =>
        parameters && checkJsonSchema(parameters, `/content/tools/${index}/parameters`),
    ),
    model?.parameters && sizeError(model.parameters, '/content/model/parameters', maxModelBytes),
  ];
}

function refuse(found: readonly (FieldError | undefined)[]): void {
  const errors = found.filter((error) => error !== undefined);
  if (errors.length > 0) throw invalid(errors);
}

function invalid(errors: readonly FieldError[]): Problem {
  return validationFailed('The content was refused; errors says where and why.', {
    errors: errors.slice(0, maxErrors),
  });
}
