import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validate, type ValidationError } from 'class-validator';
import { type FieldError, validationFailed } from '../errors/index.js';
import { listsOf } from './list-of.decorator.js';

type Rule = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number];

/** Types that Nest names for parameters which are no request classes. */
const plainTypes = new Set<unknown>([String, Number, Boolean, Array, Object]);

/**
 * Checks bodies and queries against their request class; a field the class does not know is an
 * error. A body is copied onto the class as it is: class-transformer silently drops keys such as
 * `constructor` from free JSON. Only queries, whose values are all text, are converted.
 */
@Injectable()
export class RequestPipe implements PipeTransform {
  async transform(value: unknown, { metatype, type }: ArgumentMetadata): Promise<unknown> {
    if (!metatype || plainTypes.has(metatype) || type === 'custom' || type === 'param')
      return value;
    if (type === 'body') return checkedBody(metatype as Type<object>, value);
    const fields = requireObject(value);
    refuse(unknownFields(metatype, fields, ''));
    const request = plainToInstance(metatype as Type<object>, fields);
    await refuseInvalid(request);
    return request;
  }
}

async function checkedBody(metatype: Type<object>, value: unknown): Promise<object> {
  const faults: FieldError[] = [];
  const request = instanceOf(metatype, requireObject(value), '', faults);
  refuse(faults);
  await refuseInvalid(request);
  return request;
}

/** A copy with the fields as they are. With a fault it is none that anybody should look at. */
function instanceOf(
  metatype: Type<object>,
  fields: object,
  pointer: string,
  faults: FieldError[],
): object {
  const unknown = unknownFields(metatype, fields, pointer);
  if (unknown.length > 0) {
    faults.push(...unknown);
    return {};
  }
  const request = Object.assign(new metatype(), fields) as Record<string, unknown>;
  for (const [name, { item: itemType, max }] of listsOf(metatype)) {
    const items: unknown = request[name];
    if (!Array.isArray(items)) continue;
    const list = pointerTo(pointer, name);
    // SECURITY: before the items are looked at, of which a body holds some hundred thousand.
    if (items.length > max) {
      const detail = `must hold at most ${max} items`;
      faults.push({ pointer: list, code: 'array-max-size', detail });
      continue;
    }
    request[name] = items.map((item: unknown, index) => {
      const place = `${list}/${index}`;
      if (isObject(item)) return instanceOf(itemType, item, place, faults);
      faults.push({ pointer: place, code: 'wrong-type', detail: 'must be a JSON object' });
      return item;
    });
  }
  return request;
}

async function refuseInvalid(request: object): Promise<void> {
  const failures = await validate(request, { forbidUnknownValues: false });
  refuse(failures.flatMap((failure) => fieldErrors(failure, '')));
  refuse(overlongTexts(request, ''));
}

function requireObject(value: unknown): object {
  if (isObject(value)) return value;
  throw validationFailed('The body must be a JSON object.', {
    errors: [{ pointer: '', code: 'wrong-type', detail: 'must be a JSON object' }],
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rulesOf(metatype: object): readonly Rule[] {
  const target = metatype as Type<object>;
  return getMetadataStorage().getTargetValidationMetadatas(target, '', true, false);
}

/**
 * SECURITY: before anything is copied, and not by class-validator, which takes `constructor` and
 * `toString` for fields of every class and then looks for the rules of another one.
 */
function unknownFields(metatype: object, fields: object, pointer: string): readonly FieldError[] {
  const known = new Set(rulesOf(metatype).map(({ propertyName }) => propertyName));
  return Object.keys(fields)
    .filter((field) => !known.has(field))
    .map((field) => ({
      pointer: pointerTo(pointer, field),
      code: 'unknown-field',
      detail: 'is not a field of this request',
    }));
}

/** class-validator counts a character and its variation selector as one; a text column as two. */
function overlongTexts(request: object, pointer: string): readonly FieldError[] {
  const fields = request as Readonly<Record<string, unknown>>;
  const own = rulesOf(request.constructor)
    .filter(({ name }) => name === 'maxLength' || name === 'isLength')
    .flatMap(({ propertyName, constraints }) => {
      const value = fields[propertyName];
      const max = Number((constraints as readonly unknown[]).at(-1));
      const texts = Array.isArray(value) ? (value as unknown[]) : [value];
      return texts.some((text) => typeof text === 'string' && Array.from(text).length > max)
        ? [
            {
              pointer: pointerTo(pointer, propertyName),
              code: 'max-length',
              detail: `must be at most ${max} characters, variation selectors included`,
            },
          ]
        : [];
    });
  const nested = [...listsOf(request.constructor).keys()].flatMap((name) =>
    ((fields[name] ?? []) as readonly object[]).flatMap((item, index) =>
      overlongTexts(item, `${pointerTo(pointer, name)}/${index}`),
    ),
  );
  return [...own, ...nested];
}

/** A caller mends a few faults at a time; a body made of faults is not answered with them all. */
const maxErrors = 50;

function refuse(errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  throw validationFailed('Some fields of the request are not valid; see errors.', {
    errors: errors.slice(0, maxErrors),
  });
}

function pointerTo(parent: string, field: string): string {
  return `${parent}/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function fieldErrors(failure: ValidationError, parent: string): readonly FieldError[] {
  const pointer = pointerTo(parent, failure.property);
  const own = ownFaults(failure).map((fault) => ({ pointer, ...fault }));
  return [...own, ...(failure.children ?? []).flatMap((child) => fieldErrors(child, pointer))];
}

/** That a value is of another type comes first: no other rule says anything of use about it then. */
const typeRules = [
  ...['isArray', 'isString', 'isInt', 'isBoolean', 'isObject', 'isDate'],
  ...['isEmail', 'isRfc3339'],
];

function ownFaults({ constraints = {}, value }: ValidationError) {
  const rules = Object.keys(constraints);
  if (rules.length > 0 && value === undefined) return [{ code: 'required', detail: 'is required' }];
  const ofType = typeRules.find((rule) => rule in constraints);
  return (ofType === undefined ? rules : [ofType]).map((rule) => ({
    code: kebabCase(rule),
    detail: constraints[rule] ?? '',
  }));
}

function kebabCase(rule: string): string {
  return rule.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
