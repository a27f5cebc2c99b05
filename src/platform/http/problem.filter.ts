import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseAway, isUnavailable } from '../database/index.js';
import {
  internal,
  notFound,
  payloadTooLarge,
  Problem,
  unauthenticated,
  unsupportedMediaType,
  validationFailed,
} from '../errors/index.js';
import type { ProblemResponse } from './problem.dto.js';

/** The only place where a failure becomes an HTTP answer (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerProblem(error, http.getRequest(), http.getResponse());
  }
}

/** SECURITY: an unexpected error is logged whole and answered with nothing but the request id. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = asProblem(error);
  const { status } = problem.definition;
  if (status >= 500) request.log.error({ err: problem.cause ?? problem }, problem.code);
  else request.log.debug({ code: problem.code, detail: problem.message }, 'problem');
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  if (status === 401) void reply.header('WWW-Authenticate', 'Bearer realm="promptd"');
  void reply
    .headers(problem.headers)
    .header('Cache-Control', 'no-store')
    .type('application/problem+json')
    .status(status)
    .send(JSON.stringify(problemDocument(problem, request.id)));
}

function problemDocument(problem: Problem, requestId: string): ProblemResponse {
  return {
    type: `/problems/${problem.code}`,
    title: problem.definition.title,
    status: problem.definition.status,
    detail: problem.message,
    instance: `urn:request:${requestId}`,
    code: problem.code,
    ...(problem.errors.length > 0 && { errors: [...problem.errors] }),
    ...problem.members,
  };
}

/** Framework errors speak HTTP already; the database's say whether it was there at all. */
function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error)) return databaseAway(error);
  switch (statusOf(error)) {
    case 400:
      return validationFailed('The request could not be read: check its syntax and its headers.');
    case 401:
      return unauthenticated('Send a valid access token or API key as a Bearer token.');
    case 404:
      return notFound('There is no such route; /openapi.json lists them all.');
    case 413:
      return payloadTooLarge('The body is larger than this server accepts.');
    case 415:
      return unsupportedMediaType('Send the body as application/json.');
    default:
      return internal('The server failed; its log has the details under this request id.', {
        cause: error,
      });
  }
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}
