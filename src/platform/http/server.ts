import type { IncomingMessage } from 'node:http';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { AccessLog, Metrics } from '../telemetry/index.js';
import { answerProblem, answerUnreadable } from './problem.filter.js';
import { limitRefusedRequests } from './refused-requests.js';
import { requestIdOf } from './request-id.js';
import { MAX_BODY_BYTES, refuseExcess } from './request-limits.js';
import { apiHeaders, SecurityHeaders } from './security-headers.js';
import { parseStrictJson } from '../json/index.js';

/** The content type of server-sent events. */
export const EVENT_STREAM = 'text/event-stream';

/** What Fastify is created with; the server itself is made by `FrontDoor`. */
export const serverOptions = {
  bodyLimit: MAX_BODY_BYTES,
  routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: false },
  // What still comes over an open connection is answered, and the connection closed with it.
  return503OnClosing: false,
  // To Node a connection is idle whose answer is made and not sent yet; `OpenConnections` knows better.
  forceCloseConnections: false,
  genReqId: ({ headers }: IncomingMessage) => requestIdOf(headers),
  requestIdHeader: false,
  // The access log is one line of our own, with the route instead of the path's secrets.
  logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
  // A path that is no valid URL never reaches a route; it is answered like every other error.
  frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    answerProblem(error, request, reply.headers(apiHeaders));
  },
  clientErrorHandler: answerUnreadable,
} as const;

export interface ServerHooks {
  readonly metrics: Metrics;
  readonly accessLog: AccessLog;
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
  const { method, id: requestId, ip, url } = request;
  const { statusCode: status, elapsedTime: durationMs } = reply;
  // A stream lasts as long as its reader likes, which says nothing about how fast the server is.
  if (reply.getHeader('content-type') !== EVENT_STREAM) {
    metrics.observeRequest(method, route, status, durationMs / 1000);
  }
  const path = url.split('?', 1)[0] ?? '';
  accessLog.write({ requestId, method, route, path, status, durationMs, ip });
}
