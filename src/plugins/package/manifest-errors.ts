import type { DefinedError } from 'ajv';
import type { FieldError } from '../../platform/errors/index.js';

/** What ajv found, with the place, what was expected there and so what to do. */
export function manifestErrorsOf(found: readonly DefinedError[]): FieldError[] {
  const branchesOfUnion = new Set(['oneOf', 'anyOf']);
  return found
    .filter(({ keyword }) => !branchesOfUnion.has(keyword))
    .slice(0, 1)
    .map((error) => ({ pointer: placeOf(error), ...explain(error) }));
}

/** ajv reports a missing or unknown property at its object; a reader looks for the property. */
function placeOf({ instancePath, keyword, params }: DefinedError): string {
  if (keyword === 'required') return `${instancePath}/${escaped(params.missingProperty)}`;
  if (keyword === 'additionalProperties') {
    return `${instancePath}/${escaped(params.additionalProperty)}`;
  }
  if (keyword === 'discriminator') return `${instancePath}/type`;
  return instancePath;
}

function escaped(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}

type Explanation = Pick<FieldError, 'code' | 'detail'>;

/** SECURITY: repeats what the schema says and never what the file holds. */
function explain(error: DefinedError): Explanation {
  const { keyword, params } = error;
  switch (keyword) {
    case 'required':
      return { code: 'required', detail: 'This property is required; add it.' };
    case 'additionalProperties':
      return { code: 'unknown-property', detail: 'There is no such property here; remove it.' };
    case 'type':
      return { code: 'wrong-type', detail: `This must be of the type ${params.type}.` };
    case 'const':
      return {
        code: 'wrong-value',
        detail: `This must be ${JSON.stringify(params.allowedValue)}.`,
      };
    case 'enum':
      return {
        code: 'not-in-enum',
        detail: `This must be one of ${params.allowedValues.join(', ')}.`,
      };
    case 'discriminator':
      return { code: 'unknown-type', detail: 'There is no control of this type.' };
    case 'pattern':
      return { code: 'wrong-pattern', detail: `This must match ${params.pattern}.` };
    case 'not':
      return { code: 'reserved-name', detail: 'This name is reserved; choose another.' };
    case 'uniqueItems':
      return { code: 'duplicate', detail: `The items ${params.j} and ${params.i} are equal.` };
    default:
      return explainBound(error);
  }
}

function explainBound({ keyword, params }: DefinedError): Explanation {
  switch (keyword) {
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return { code: 'too-short', detail: `This needs ${params.limit} at least.` };
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return { code: 'too-long', detail: `This may have ${params.limit} at most.` };
    case 'minimum':
    case 'maximum':
      return { code: 'out-of-range', detail: `This must be ${params.comparison} ${params.limit}.` };
    default:
      return { code: keyword, detail: 'This breaks the schema of plugin.json.' };
  }
}
