import { type FieldError } from '../../platform/errors/index.js';
import { isJsonObject, type Json, type JsonObject, type Variable } from '../content/content.js';
import { pointerSegment } from '../content/json-pointer.js';
import { checkValue } from '../content/variable-value.js';
import { renderVariablesInvalid } from './rendering.errors.js';
import { excerpt } from './template.js';

/** As deep as a request body may be; a value from elsewhere must not go deeper. */
const maxDepth = 64;
/** A caller mends a few faults at a time, and may send any number of unknown names. */
const maxErrors = 50;

/**
 * Checks values against the declared variables and fills in the defaults. Nothing is converted:
 * `"1"` is no number, and null is a value of no type.
 *
 * @returns the values in objects without a prototype; an optional variable without value is absent
 * @throws render-variables-invalid with one error at `/variables/<name>` for each variable at
 *   fault, its code being missing, unknown, wrong-type, not-in-enum, too-long or too-deep
 */
export function bindVariables(variables: readonly Variable[], values: JsonObject): JsonObject {
  const errors: FieldError[] = [];
  const bound = newObject();
  for (const variable of variables) {
    // SECURITY: an own property, so that a variable named `toString` does not find a function.
    const given = Object.hasOwn(values, variable.name) ? values[variable.name] : undefined;
    const value = given === undefined ? variable.default : given;
    const fault = faultOf(variable, value);
    if (fault !== undefined) errors.push({ pointer: `/variables/${variable.name}`, ...fault });
    else if (value !== undefined) bound[variable.name] = copyOf(value);
  }
  errors.push(...unknownErrors(variables, values));
  if (errors.length === 0) return bound;
  throw renderVariablesInvalid('The variables do not fit the prompt; errors names each.', {
    errors: errors.slice(0, maxErrors),
  });
}

type Fault = Omit<FieldError, 'pointer'>;

function faultOf(variable: Variable, value: Json | undefined): Fault | undefined {
  const { name, required = true } = variable;
  if (value === undefined) {
    return required ? { code: 'missing', detail: `The variable ${name} is required.` } : undefined;
  }
  if (nestsDeeper(value, maxDepth)) {
    const detail = `The value of ${name} nests deeper than ${maxDepth} levels.`;
    return { code: 'too-deep', detail };
  }
  return checkValue(variable, value);
}

function unknownErrors(variables: readonly Variable[], values: JsonObject): FieldError[] {
  const declared = new Set(variables.map(({ name }) => name));
  const unknown = Object.keys(values).filter((name) => !declared.has(name));
  return unknown.slice(0, maxErrors).map((name) => {
    const shown = excerpt(name);
    const detail = `The prompt has no variable "${shown}"; remove it or correct the name.`;
    return { pointer: `/variables/${pointerSegment(shown)}`, code: 'unknown', detail };
  });
}

function nestsDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner: Json) => nestsDeeper(inner, levels - 1));
}

/** The depth was bounded before. */
function copyOf(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(copyOf);
  if (!isJsonObject(value)) return value;
  const copy = newObject();
  for (const [name, inner] of Object.entries(value)) copy[name] = copyOf(inner);
  return copy;
}

/** SECURITY: without a prototype a name finds nothing but what was put there. */
function newObject(): Record<string, Json> {
  return Object.create(null) as Record<string, Json>;
}
