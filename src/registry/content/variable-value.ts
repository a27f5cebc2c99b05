import { isJsonObject, type Variable } from './content.js';

export interface ValueProblem {
  readonly code: 'wrong-type' | 'not-in-enum' | 'too-long';
  /** A sentence that says what is expected and never repeats the value. */
  readonly detail: string;
}

/** Says why a value, such as a default or a render input, does not fit its variable. */
export function checkValue(variable: Variable, value: unknown): ValueProblem | undefined {
  const { name, type } = variable;
  const expected = expectations[type];
  if (!expected.accepts(value)) {
    return { code: 'wrong-type', detail: `The value of ${name} must be ${expected.noun}.` };
  }
  if (typeof value !== 'string') return undefined;
  if (type === 'enum' && !variable.enum?.includes(value)) {
    return { code: 'not-in-enum', detail: `The value of ${name} must be ${choiceOf(variable)}.` };
  }
  const { maxLength } = variable;
  if (type === 'string' && maxLength !== undefined && value.length > maxLength) {
    const detail = `The value of ${name} must have at most ${maxLength} characters (UTF-16 units).`;
    return { code: 'too-long', detail };
  }
  return undefined;
}

interface Expectation {
  readonly noun: string;
  readonly accepts: (value: unknown) => boolean;
}
const expectations: Readonly<Record<Variable['type'], Expectation>> = {
  string: { noun: 'a string', accepts: isString },
  number: { noun: 'a number', accepts: Number.isFinite },
  // Beyond 2^53 a number is no longer exact, and it prints as 1e+21 later on.
  integer: {
    noun: 'a whole number between -(2^53 - 1) and 2^53 - 1',
    accepts: Number.isSafeInteger,
  },
  boolean: { noun: 'true or false', accepts: (value) => typeof value === 'boolean' },
  enum: { noun: 'one of its allowed strings', accepts: isString },
  array: { noun: 'an array', accepts: Array.isArray },
  object: { noun: 'an object', accepts: isJsonObject },
  messages: {
    noun: 'an array of {role, content}, role being system, user or assistant',
    accepts: (value) => Array.isArray(value) && value.every(isMessage),
  },
};

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isMessage(value: unknown): boolean {
  if (!isJsonObject(value) || Object.keys(value).length !== 2) return false;
  const { role, content } = value;
  return (role === 'system' || role === 'user' || role === 'assistant') && isString(content);
}

const maxNamedChoices = 20;

function choiceOf({ enum: allowed = [] }: Variable): string {
  if (allowed.length > maxNamedChoices) return `one of its ${allowed.length} allowed strings`;
  return `one of ${allowed.map((choice) => JSON.stringify(choice)).join(', ')}`;
}
