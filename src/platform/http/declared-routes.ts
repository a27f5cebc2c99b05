import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { type DiscoveryService, MetadataScanner } from '@nestjs/core';
import { REPLAY, type Replay } from './replay.decorator.js';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.decorator.js';

export interface DeclaredRoute {
  readonly method: string;
  readonly path: string;
  readonly handler: string;
  /** Undefined when nobody declared it, which stops the boot. */
  readonly access: RouteAccess | undefined;
  /** What a repeated request gets, see `takesIdempotencyKey`. */
  readonly replay: Replay;
}

/** Every route of every controller, with what it declares. */
export function declaredRoutes(discovery: DiscoveryService): readonly DeclaredRoute[] {
  const scanner = new MetadataScanner();
  return discovery.getControllers().flatMap(({ instance, metatype }) => {
    const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const method =
        handler && (Reflect.getMetadata(METHOD_METADATA, handler) as number | undefined);
      if (!handler || method === undefined || !metatype) return [];
      const own = Reflect.getMetadata(ROUTE_ACCESS, handler) as RouteAccess | undefined;
      const inherited = Reflect.getMetadata(ROUTE_ACCESS, metatype) as RouteAccess | undefined;
      return [
        {
          method: RequestMethod[method] ?? String(method),
          path: [metatype, handler].map((target) => pathOf(target)).join(''),
          handler: `${metatype.name}.${name}`,
          access: own ?? inherited,
          replay: (Reflect.getMetadata(REPLAY, handler) as Replay | undefined) ?? 'answer',
        },
      ];
    });
  });
}

function pathOf(target: object): string {
  const path = Reflect.getMetadata(PATH_METADATA, target) as string | undefined;
  return path === undefined || path === '/' || path === '' ? '' : `/${path.replace(/^\//, '')}`;
}

/** SECURITY: default deny. @throws Error naming every route that declares no permission */
export function refuseUndeclaredRoutes(discovery: DiscoveryService): void {
  const open = declaredRoutes(discovery).filter((route) => route.access === undefined);
  if (open.length === 0) return;
  const names = open.map((route) => `${route.method} ${route.path} (${route.handler})`).join(', ');
  throw new Error(`these routes declare neither a permission nor that they are public: ${names}`);
}
