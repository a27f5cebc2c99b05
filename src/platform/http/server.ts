import { randomUUID } from 'node:crypto';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Metrics } from '../telemetry/index.js';
import { answerProblem, answerUnreadable } from './problem.filter.js';
import { limitRefusedRequests } from './refused-requests.js';
import { arrivalLimits, MAX_BODY_BYTES, MAX_HEADER_BYTES, refuseExcess } from './request-limits.js';
import { apiHeaders, SecurityHeaders } from './security-headers.js';
import { parseStrictJson } from './strict-json.js';

/** The content type of server-sent events. */
export const EVENT_STREAM = 'text/event-stream';

/** What Fastify is created with. */
export const serverOptions = {
  bodyLimit: MAX_BODY_BYTES,
  http: { ...arrivalLimits, maxHeaderSize: MAX_HEADER_BYTES },
  routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: false },
  // Fastify sets this one again after it has created the server.
  requestTimeout: arrivalLimits.requestTimeout,
  keepAliveTimeout: 72_000,
  genReqId: requestId,
  requestIdHeader: false,
  // The access log is one line of our own, with the route instead of the path's secrets.
  logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
  // A path that is no valid URL never reaches a route; it is answered like every other error.
  frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    answerProblem(error, request, reply.headers(apiHeaders));
  },
  clientErrorHandler: answerUnreadable,
} as const;

/** A caller may name its request; anything that does not look like an id is replaced. */
function requestId(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

export interface ServerHooks {
  readonly metrics: Metrics;
  readonly accessLog: boolean;
  /** Where callers reach the server, when it is known. */
  readonly publicUrl: string | undefined;
  /** Requests that fail authentication, per network and minute; 0 is no limit. */
  readonly maxRefusedPerMinute: number;
}

/** What every request goes through, whatever answers it. */
export function configureServer(adapter: FastifyAdapter, hooks: ServerHooks): void {
  const server: FastifyInstance = adapter.getInstance();
  const securityHeaders = new SecurityHeaders(hooks.publicUrl);
  acceptOnlyJson(server);
  // The adapter runs this one first, so that a preflight has these headers too.
  adapter.setOnRequestHook((request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    void reply.header('X-Request-Id', request.id);
    securityHeaders.apply(request, reply);
    done();
  });
  server.addHook('onRequest', (request, _reply, done) => {
    refuseExcess(request);
    done();
  });
  limitRefusedRequests(server, hooks.maxRefusedPerMinute);
  server.addHook('onResponse', (request, reply, done) => {
    observe(hooks, request, reply);
    done();
  });
}

function acceptOnlyJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
    (_request, body, done) => {
      try {
        // Generated clients send a JSON content type and no body with DELETE.
        done(null, body.length === 0 ? undefined : parseStrictJson(body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

function observe(
  { metrics, accessLog }: ServerHooks,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const route = request.routeOptions.url ?? 'unmatched';
  // A stream lasts as long as its reader likes, which says nothing about how fast the server is.
  if (reply.getHeader('content-type') !== EVENT_STREAM) {
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
  }
  if (!accessLog) return;
  request.log.info(
    {
      method: request.method,
      route,
      path: request.url.split('?', 1)[0],
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 1000) / 1000,
      ip: request.ip,
    },
    'request',
  );
}
