import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize, IsArray, ValidateNested } from 'class-validator';

interface ListRule {
  readonly item: Type<object>;
  readonly max: number;
}

const listRules = Symbol('promptd:list-rules');

/** A field that holds `min` to `max` objects, each checked like a body of the class `item`. */
export function ListOf(
  item: Type<object>,
  { min, max }: { readonly min: number; readonly max: number },
): PropertyDecorator {
  return applyDecorators(
    IsArray(),
    ArrayMinSize(min),
    ValidateNested({ each: true }),
    ApiProperty({ type: [item], minItems: min, maxItems: max }),
    (target: object, name: string | symbol) => {
      const rules = new Map(listsOf(target.constructor)).set(String(name), { item, max });
      Reflect.defineMetadata(listRules, rules, target.constructor);
    },
  );
}

/** The fields of a request class that are such lists. `RequestPipe` looks after them. */
export function listsOf(metatype: object): ReadonlyMap<string, ListRule> {
  const rules = Reflect.getMetadata(listRules, metatype) as Map<string, ListRule> | undefined;
  return rules ?? new Map();
}
