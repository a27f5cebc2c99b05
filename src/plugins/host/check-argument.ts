import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { validationFailed } from '../../platform/errors/index.js';
import { type OperationName, operationSchemas } from './operation-schemas.js';

const compiled = new Map<OperationName, ValidateFunction>();
let ajv: Ajv2020 | undefined;

/** At its first use: a program without plugins compiles none. */
function checkOf(operation: OperationName): ValidateFunction {
  const found = compiled.get(operation);
  if (found) return found;
  // SECURITY: stops at the first error, so that what is wrong costs no more than what is right.
  ajv ??= new Ajv2020({ logger: false });
  const made = ajv.compile(operationSchemas[operation]);
  compiled.set(operation, made);
  return made;
}

/**
 * Holds what a plugin gave to an operation to its schema.
 *
 * @throws validation-failed with the place and what is expected there, and nothing of what was given
 */
export function checkArgument(operation: OperationName, argument: unknown): void {
  const fits = checkOf(operation);
  if (fits(argument)) return;
  const [error] = fits.errors ?? [];
  const place = error?.instancePath ?? '';
  throw validationFailed(
    `${operation} was given something that it does not take` +
      `${place === '' ? '' : ` at ${place.slice(0, 100)}`}: ${error?.message ?? 'it is not valid'}.`,
  );
}
