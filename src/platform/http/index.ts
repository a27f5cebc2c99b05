export { ActorResponse } from './actor.dto.js';
export { Ctx, operationContext } from './context.decorator.js';
export { declaredRoutes, refuseUndeclaredRoutes, type DeclaredRoute } from './declared-routes.js';
export { FreeJson } from './free-json.decorator.js';
export { PageQuery, QueryBoolean } from './page.dto.js';
export * from './page.js';
export { ProblemResponse } from './problem.dto.js';
export {
  type ApiDescription,
  describeApi,
  type PathParameter,
  serveApiDescription,
} from './openapi.js';
export { ProblemFilter } from './problem.filter.js';
export { Problems } from './problems.decorator.js';
export { RequestPipe } from './request.pipe.js';
export { Public, Requires, ROUTE_ACCESS, type RouteAccess } from './route-access.decorator.js';
export { configureServer, serverOptions } from './server.js';
