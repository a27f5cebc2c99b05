import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ProblemFactory } from '../errors/index.js';
import { ProblemResponse } from './problem.dto.js';

const declaredCodes = Symbol('promptd:problems');

/** Documents the problems that a handler can answer with, one OpenAPI response per status. */
export function Problems(
  ...factories: readonly ProblemFactory[]
): MethodDecorator & ClassDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const owner: object = (descriptor?.value as object | undefined) ?? target;
    const before = (Reflect.getMetadata(declaredCodes, owner) ?? []) as readonly ProblemFactory[];
    // What is said of a status is added to what was said of it before.
    const added = [...new Set(factories)].filter((factory) => !before.includes(factory));
    Reflect.defineMetadata(declaredCodes, [...before, ...added], owner);
    const decorator = applyDecorators(ApiExtraModels(ProblemResponse), ...responses(added));
    if (key === undefined || descriptor === undefined)
      (decorator as ClassDecorator)(target as never);
    else (decorator as MethodDecorator)(target, key, descriptor);
  };
}

function responses(factories: readonly ProblemFactory[]): MethodDecorator[] {
  const byStatus = Map.groupBy(factories, (factory) => factory.definition.status);
  return [...byStatus].map(([status, group]) =>
    ApiResponse({
      status,
      description: group
        .map(({ definition }) => `\`${definition.code}\`: ${definition.title}.`)
        .sort()
        .join(' '),
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemResponse) } } },
    }),
  );
}
