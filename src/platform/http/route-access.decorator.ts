import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Permission } from '../authorization/index.js';
import { forbidden, passwordChangeRequired, unauthenticated } from '../errors/index.js';
import { rateLimited } from './http.errors.js';
import { Problems } from './problems.decorator.js';

/** What a route asks of its caller: one permission, or nothing at all. */
export type RouteAccess = Permission | 'public';

export const ROUTE_ACCESS = 'promptd:route-access';

/**
 * Declares the permission a handler needs. The program does not start while a route declares
 * nothing. The decision itself is the use case's, through `Policy`; the declaration denies
 * anonymous callers before any work is done, and documents the route.
 */
export function Requires(permission: Permission): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(ROUTE_ACCESS, permission),
    ApiBearerAuth(),
    ApiExtension('x-permission', permission),
    Problems(unauthenticated, forbidden, passwordChangeRequired, rateLimited),
  );
}

/** Declares that anybody may call the handler. */
export function Public(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(ROUTE_ACCESS, 'public' satisfies RouteAccess),
    ApiExtension('x-permission', 'public'),
    ApiSecurity({}),
  );
}
