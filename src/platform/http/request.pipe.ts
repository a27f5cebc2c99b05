import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validate, type ValidationError } from 'class-validator';
import { type FieldError, validationFailed } from '../errors/index.js';

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
    const fields = requireObject(value);
    const rules = getMetadataStorage().getTargetValidationMetadatas(metatype, '', true, false);
    refuse(unknownFields(rules, fields));
    const request =
      type === 'body'
        ? Object.assign(new metatype() as object, fields)
        : plainToInstance(metatype as Type<object>, fields);
    const failures = await validate(request, { forbidUnknownValues: false });
    refuse(failures.flatMap((failure) => fieldErrors(failure, '')));
    refuse(overlongTexts(rules, fields));
    return request;
  }
}

function requireObject(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw validationFailed('The body must be a JSON object.', {
    errors: [{ pointer: '', code: 'wrong-type', detail: 'must be a JSON object' }],
  });
}

/**
 * SECURITY: before anything is copied, and not by class-validator, which takes `constructor` and
 * `toString` for fields of every class and then looks for the rules of another one.
 */
function unknownFields(rules: readonly Rule[], fields: object): readonly FieldError[] {
  const known = new Set(rules.map(({ propertyName }) => propertyName));
  return Object.keys(fields)
    .filter((field) => !known.has(field))
    .map((field) => ({
      pointer: pointerTo('', field),
      code: 'unknown-field',
      detail: 'is not a field of this request',
    }));
}

/** class-validator counts a character and its variation selector as one; a text column as two. */
function overlongTexts(rules: readonly Rule[], fields: object): readonly FieldError[] {
  return rules
    .filter(({ name }) => name === 'maxLength' || name === 'isLength')
    .flatMap(({ propertyName, constraints }) => {
      const value = (fields as Record<string, unknown>)[propertyName];
      const max = Number((constraints as readonly unknown[]).at(-1));
      const texts = Array.isArray(value) ? (value as unknown[]) : [value];
      return texts.some((text) => typeof text === 'string' && Array.from(text).length > max)
        ? [
            {
              pointer: pointerTo('', propertyName),
              code: 'max-length',
              detail: `must be at most ${max} characters, variation selectors included`,
            },
          ]
        : [];
    });
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
  const own = Object.entries(failure.constraints ?? {}).map(([rule, detail]) => ({
    pointer,
    code: kebabCase(rule),
    detail,
  }));
  return [...own, ...(failure.children ?? []).flatMap((child) => fieldErrors(child, pointer))];
}

function kebabCase(rule: string): string {
  return rule.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
