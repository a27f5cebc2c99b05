import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseAway, isUnavailable } from '../database/index.js';
import {
  internal,
  notFound,
  overloaded,
  payloadTooLarge,
  Problem,
  unauthenticated,
  unsupportedMediaType,
  validationFailed,
} from '../errors/index.js';
import { headersTooLarge, requestTimeout } from './http.errors.js';
import type { ProblemResponse } from './problem.dto.js';
import { MAX_BODY_BYTES, MAX_HEADER_BYTES } from './request-limits.js';

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
  if (problem.code === overloaded.definition.code) {
    // A flood can cause as many as it likes, and nobody has to act on one.
    request.log.warn({ detail: problem.message }, problem.code);
  } else if (status >= 500) request.log.error({ err: problem.cause ?? problem }, problem.code);
  else request.log.debug({ code: problem.code, detail: problem.message }, 'problem');
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  if (status === 401) void reply.header('WWW-Authenticate', 'Bearer realm="promptd"');
  void reply
    .headers(problem.headers)
    .header('X-Request-Id', request.id)
    .header('Cache-Control', 'no-store')
    .type('application/problem+json')
    .status(status)
    .send(problemText(problem, request.id));
}

/** Answers what the HTTP parser refused, on a connection that is then closed. */
export function answerUnreadable(error: { readonly code?: string }, socket: Socket): void {
  // Nobody is there to read an answer, or one is under way already.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const problem = unreadable(error.code);
  const body = problemText(problem, requestId);
  const { status } = problem.definition;
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      `X-Request-Id: ${requestId}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** The problem document as it is sent. */
export function problemText(problem: Problem, requestId: string): string {
  const document: ProblemResponse = {
    type: `/problems/${problem.code}`,
    title: problem.definition.title,
    status: problem.definition.status,
    detail: problem.message,
    instance: `urn:request:${requestId}`,
    code: problem.code,
    ...(problem.errors.length > 0 && { errors: [...problem.errors] }),
    ...problem.members,
  };
  return JSON.stringify(document);
}

/** Framework errors speak HTTP already; the database's say whether it was there at all. */
function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = statusOf(error);
  // What has a status is no driver's error: a client that hangs up is an ECONNRESET of HTTP.
  if (status === undefined && isUnavailable(error)) return databaseAway(error);
  switch (status) {
    case 401:
      return unauthenticated('Send a valid access token or API key as a Bearer token.');
    case 404:
      return notFound('There is no such route; /openapi.json lists them all.');
    case 413:
      return payloadTooLarge(
        `The body is larger than ${MAX_BODY_BYTES / 1024 ** 2} MiB, the most that a request may have.`,
      );
    case 415:
      return unsupportedMediaType('Send the body as application/json.');
    default:
      if (status !== undefined && status >= 400 && status < 500) return unreadable();
      return internal('The server failed; its log has the details under this request id.', {
        cause: error,
      });
  }
}

/** Whatever is so wrong with a request that no route ever sees it, by Node's code for it. */
function unreadable(code?: string): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return headersTooLarge(
      `The request line and the headers have more than ${MAX_HEADER_BYTES} bytes.`,
    );
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return requestTimeout('The request took too long to arrive: send it in one go.');
  }
  return validationFailed('The request could not be read: check its syntax and its headers.');
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}
