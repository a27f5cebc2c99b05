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
  const { path, message } = toldOf((fits.errors ?? []) as DefinedError[]);
  return {
    pointer: bounded(`${pointer}${path}`, pointer),
    code: 'schema-mismatch',
    detail: `This ${message}`.slice(0, maxDetailLength),
  };
}

const choices: readonly string[] = ['anyOf', 'oneOf'];

/**
 * Where a value fits none of several branches, what is wrong deepest in it, because that branch is the
 * one that was meant. Each branch that fails at that place says what would fit there. When they fail at
 * several places it is the choice that is told of, whose own error comes last.
 */
function toldOf(errors: readonly DefinedError[]): { path: string; message: string } {
  const branches = errors.filter(({ keyword }) => !choices.includes(keyword));
  const depth = Math.max(0, ...branches.map(({ instancePath }) => depthOf(instancePath)));
  const deepest = branches.filter(({ instancePath }) => depthOf(instancePath) === depth);
  const isOnePlace = new Set(deepest.map(({ instancePath }) => instancePath)).size === 1;
  const told = isOnePlace ? deepest : errors.slice(-1);
  const messages = new Set(told.flatMap(({ message }) => message ?? []));
  return {
    path: told[0]?.instancePath ?? '',
    message: [...messages].join(', or ') || 'breaks the schema of the plugin',
  };
}

function depthOf(path: string): number {
  return path.split('/').length;
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
