import { Ajv2020, type DefinedError, type ValidateFunction } from 'ajv/dist/2020.js';
import type { FieldError } from '../../platform/errors/index.js';
import type { ValueSchema } from './manifest.js';

const maxPointerLength = 200;
const maxDetailLength = 300;

/** As long as the manifest that a schema is in. */
const compiled = new WeakMap<ValueSchema, ValidateFunction>();

/**
 * The first place at which a value breaks a schema that a plugin declares; undefined when it fits.
 * SECURITY: the sentence holds words of the schema and none of the value.
 *
 * @param pointer where the value is in its request
 */
export function valueFault(
  schema: ValueSchema,
  value: unknown,
  pointer = '',
): FieldError | undefined {
  const fits = checkOf(schema);
  if (fits(value)) return undefined;
  const [error] = (fits.errors ?? []) as DefinedError[];
  return {
    pointer: bounded(`${pointer}${error?.instancePath ?? ''}`, pointer),
    code: 'schema-mismatch',
    detail: `This ${error?.message ?? 'breaks the schema of the plugin'}`.slice(0, maxDetailLength),
  };
}

/**
 * SECURITY: stops at the first error, and sees own properties only, or every object would have a
 * `constructor`. What a manifest may say is bounded in value-schema.ts, so nothing of it is compiled
 * that takes for ever; each has a compiler of its own, which goes when the manifest does.
 */
function checkOf(schema: ValueSchema): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  const settings = { strict: false, validateSchema: false, meta: false, logger: false } as const;
  const check = new Ajv2020({ ...settings, ownProperties: true }).compile(schema);
  compiled.set(schema, check);
  return check;
}

function bounded(pointer: string, otherwise: string): string {
  return pointer.length <= maxPointerLength ? pointer : otherwise;
}
