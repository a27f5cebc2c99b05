import { type DefinedError } from 'ajv';
import { contentKinds } from './content.js';

export interface Explanation {
  readonly code: string;
  readonly detail: string;
}

/** Says in a sentence what ajv found. Never repeats the caller's own text. */
export function explainSchemaError(error: DefinedError): Explanation {
  const { keyword, params } = error;
  if (keyword === 'discriminator') {
    return { code: 'unknown-kind', detail: `The kind must be ${choiceOf(contentKinds)}.` };
  }
  if (keyword === 'type')
    return { code: 'wrong-type', detail: `This must be ${nounOf(params.type)}.` };
  if (keyword === 'required') {
    return { code: 'required', detail: `The property ${params.missingProperty} is required.` };
  }
  if (keyword === 'additionalProperties') {
    return { code: 'unknown-property', detail: 'There is no such property here; leave it out.' };
  }
  if (keyword === 'enum') {
    return { code: 'not-in-enum', detail: `This must be ${choiceOf(params.allowedValues)}.` };
  }
  if (keyword === 'pattern') {
    return { code: 'wrong-pattern', detail: `This must match ${params.pattern}.` };
  }
  if (keyword === 'not') {
    return { code: 'reserved-name', detail: 'This name is reserved; choose another.' };
  }
  return explainBound(error);
}

function explainBound({ keyword, params }: DefinedError): Explanation {
  if (keyword === 'minLength') {
    return { code: 'too-short', detail: `This needs at least ${params.limit} character.` };
  }
  if (keyword === 'minItems') {
    return { code: 'too-few', detail: `This needs at least ${params.limit} item.` };
  }
  if (keyword === 'maxItems') {
    return { code: 'too-many', detail: `This may have at most ${params.limit} items.` };
  }
  if (keyword === 'minimum' || keyword === 'exclusiveMinimum') {
    return { code: 'too-small', detail: `This must be ${params.comparison} ${params.limit}.` };
  }
  if (keyword === 'uniqueItems') {
    return { code: 'duplicate', detail: `The items ${params.j} and ${params.i} are equal.` };
  }
  if (keyword === 'format') {
    return { code: 'wrong-format', detail: `This is not a valid ${params.format}.` };
  }
  return { code: 'invalid', detail: 'This is not valid here.' };
}

const nouns = new Map([
  ['object', 'an object'],
  ['array', 'an array'],
  ['string', 'a string'],
  ['number', 'a number'],
  ['integer', 'a whole number'],
  ['boolean', 'true or false'],
]);

/** ajv gives one type name or several. */
function nounOf(types: string | readonly string[]): string {
  const names = typeof types === 'string' ? types.split(',') : types;
  return names.map((name) => nouns.get(name) ?? name).join(' or ');
}

function choiceOf(values: readonly unknown[]): string {
  return `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
}
