export { ActorResponse } from './actor.dto.js';
export { bearerToken } from './bearer-token.js';
export { clientAddress } from './client-address.js';
export { networkOf } from './client-network.js';
export { carryClaim, Ctx, operationContext } from './context.decorator.js';
export { allowOrigins } from './cors.js';
export { type DeclaredRoute, declaredRoutes, refuseUndeclaredRoutes } from './declared-routes.js';
export { FreeJson } from './free-json.decorator.js';
export { FrontDoor, type FrontHandler } from './front-door.js';
export { type ConnectionLimits, connectionLimits } from './open-connections.js';
export { ListOf } from './list-of.decorator.js';
export { rateLimited } from './http.errors.js';
export { MemoryQuota } from './memory-quota.js';
export { PageQuery, QueryBoolean } from './page.dto.js';
export { describeApi, type PathParameter, serveApiDescription } from './openapi.js';
export { ProblemResponse } from './problem.dto.js';
export { ProblemFilter, problemText } from './problem.filter.js';
export {
  type HeaderLines,
  headerLines,
  type PreparedHead,
  type PreparedResponse,
  prepareHead,
} from './prepared-response.js';
export { Problems } from './problems.decorator.js';
export { isExhausted, type Quota, quotaExceeded, quotaHeaders, type QuotaState } from './quota.js';
export { QueryTime } from './query-time.decorator.js';
export {
  AnswerRestorer,
  NeverReplayed,
  REPLAY,
  type RepeatedRequest,
  type Replay,
  RestoredBy,
  ShowsSecret,
  takesIdempotencyKey,
  WritesNothing,
} from './replay.decorator.js';
export { requestIdOf } from './request-id.js';
export { MAX_HEADERS } from './request-limits.js';
export { RequestPipe } from './request.pipe.js';
export { Public, Requires, ROUTE_ACCESS, type RouteAccess } from './route-access.decorator.js';
export { SecurityHeaders } from './security-headers.js';
export { configureServer, EVENT_STREAM, serverOptions } from './server.js';
