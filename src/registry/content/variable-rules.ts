import { type FieldError } from '../../platform/errors/index.js';
import { type Variable } from './content.js';
import { duplicateNames } from './duplicate-names.js';
import { checkValue } from './variable-value.js';

const pointer = '/content/variables';

/** The rules between the fields of a variable, and between the variables of one content. */
export function variableErrors(
  variables: readonly Variable[],
  maxVariables: number,
): readonly FieldError[] {
  if (variables.length > maxVariables) {
    const detail = `A prompt may have at most ${maxVariables} variables.`;
    return [{ pointer, code: 'too-many', detail }];
  }
  const fields = variables.flatMap((variable, index) =>
    [enumError(variable), maxLengthError(variable), defaultError(variable)]
      .filter((error) => error !== undefined)
      .map((error) => ({ ...error, pointer: `${pointer}/${index}/${error.pointer}` })),
  );
  return [...duplicateNames(variables, pointer), ...fields];
}

function enumError(variable: Variable): FieldError | undefined {
  const isEnum = variable.type === 'enum';
  if (isEnum === (variable.enum !== undefined)) return undefined;
  return isEnum
    ? {
        pointer: 'enum',
        code: 'required',
        detail: 'A variable of type enum needs enum, the list of its allowed values.',
      }
    : { pointer: 'enum', code: 'not-applicable', detail: 'Only type enum has an enum.' };
}

function maxLengthError({ type, maxLength }: Variable): FieldError | undefined {
  if (type === 'string' || maxLength === undefined) return undefined;
  return {
    pointer: 'maxLength',
    code: 'not-applicable',
    detail: 'Only type string has a maxLength.',
  };
}

function defaultError(variable: Variable): FieldError | undefined {
  const hasNothingToFit = variable.type === 'enum' && variable.enum === undefined;
  if (variable.default === undefined || hasNothingToFit) return undefined;
  const problem = checkValue(variable, variable.default);
  return problem && { pointer: 'default', ...problem };
}
