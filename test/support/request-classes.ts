import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

/** The class of every body that a handler of the program takes, by its name. */
export function requestClasses(nest: NestFastifyApplication): ReadonlyMap<string, Type<object>> {
  const scanner = new MetadataScanner();
  const bodies = nest
    .get(DiscoveryService)
    .getControllers()
    .flatMap(({ instance, metatype }) => {
      const prototype = Object.getPrototypeOf(instance) as object;
      return scanner
        .getAllMethodNames(prototype)
        .flatMap((handler) => bodyClasses(metatype as Type<object>, prototype, handler));
    });
  return new Map(bodies.map((body) => [body.name, body]));
}

function bodyClasses(
  controller: Type<object>,
  prototype: object,
  handler: string,
): readonly Type<object>[] {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ??
    {}) as Record<string, { readonly index: number }>;
  const types = (Reflect.getMetadata('design:paramtypes', prototype, handler) ??
    []) as readonly Type<object>[];
  return Object.entries(parameters)
    .filter(([key]) => key.startsWith(`${RouteParamtypes.BODY}:`))
    .map(([, { index }]) => types[index]!);
}
