import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { type FieldError, validationFailed } from '../errors/index.js';

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
    const request =
      type === 'body' ? instanceOf(metatype, value) : plainToInstance(metatype as Type<object>, value);
    const failures = await validate(request as object, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
    });
    if (failures.length > 0) {
      throw validationFailed('Some fields of the request are not valid; see errors.', {
        errors: failures.flatMap((failure) => fieldErrors(failure, '')),
      });
    }
    return request;
  }
}

function instanceOf(metatype: Type<unknown>, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw validationFailed('The body must be a JSON object.', {
      errors: [{ pointer: '', code: 'wrong-type', detail: 'must be a JSON object' }],
    });
  }
  return Object.assign(new metatype() as object, body);
}

function fieldErrors(failure: ValidationError, parent: string): readonly FieldError[] {
  const pointer = `${parent}/${failure.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.entries(failure.constraints ?? {}).map(([rule, detail]) =>
    rule === 'whitelistValidation'
      ? { pointer, code: 'unknown-field', detail: 'is not a field of this request' }
      : { pointer, code: kebabCase(rule), detail },
  );
  return [...own, ...(failure.children ?? []).flatMap((child) => fieldErrors(child, pointer))];
}

function kebabCase(rule: string): string {
  return rule.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
