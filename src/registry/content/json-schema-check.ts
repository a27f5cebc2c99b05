import { Ajv2020, type DefinedError, type ValidateFunction } from 'ajv/dist/2020.js';
import { type FieldError } from '../../platform/errors/index.js';
import { type JsonObject } from './content.js';
import { shortPointer } from './json-pointer.js';
import { explainSchemaError } from './schema-error-sentences.js';

const dialect = 'https://json-schema.org/draft/2020-12/schema';

let compiled: ValidateFunction | undefined;

/** Compiled at the first use, as the schema of content. */
function schemaCheck(): ValidateFunction {
  compiled ??= new Ajv2020({ logger: false }).compile({ $ref: dialect });
  return compiled;
}

/**
 * Says where a caller's schema breaks JSON Schema 2020-12, its first fault only.
 *
 * SECURITY: the schema is data for the meta-schema and is itself never compiled, so its patterns
 * are never run and its references never followed.
 */
export function checkJsonSchema(schema: JsonObject, pointer: string): FieldError | undefined {
  const { $schema = dialect } = schema;
  if ($schema !== dialect) {
    const detail = `The only dialect is ${dialect}; leave $schema out or name that.`;
    return { pointer: `${pointer}/$schema`, code: 'unknown-dialect', detail };
  }
  const isValidSchema = schemaCheck();
  if (isValidSchema(schema)) return undefined;
  const [error] = (isValidSchema.errors ?? []) as DefinedError[];
  const reason = error === undefined ? '' : ` ${explainSchemaError(error).detail}`;
  return {
    pointer: shortPointer(`${pointer}${error?.instancePath ?? ''}`),
    code: 'invalid-schema',
    detail: `This breaks JSON Schema 2020-12.${reason}`,
  };
}
