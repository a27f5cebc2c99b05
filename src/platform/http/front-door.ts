import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { connectionLimits, OpenConnections } from './open-connections.js';
import { PreparedResponse } from './prepared-response.js';
import { arrivalLimits, KEEP_ALIVE_MS, MAX_HEADER_BYTES } from './request-limits.js';

/**
 * Requests and responses have some 40 properties. By default V8 makes a slow dictionary of such an
 * object when it saw only young ones while it learned their shape, which is a matter of luck at the
 * start: measured, two processes in three spent half as much time again on every answer, for ever.
 */
setFlagsFromString('--fast-properties-soft-limit=64');

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers a request, or hands it on untouched. */
export type FrontHandler = (
  request: IncomingMessage,
  response: PreparedResponse,
  handOn: () => void,
) => void;

/**
 * The HTTP server, with a place for a handler that sees requests before the framework does. Behind
 * the framework's hooks even an empty answer takes five times as long as here.
 */
export class FrontDoor {
  private front: FrontHandler | undefined;
  private draining = false;
  private readonly connections: OpenConnections;

  constructor(limits = connectionLimits) {
    this.connections = new OpenConnections(limits);
  }

  /** For Fastify's `serverFactory`, which takes care of none of the limits that are set here. */
  readonly createServer = (framework: Handler): Server => {
    const server = createServer(
      {
        ...arrivalLimits,
        maxHeaderSize: MAX_HEADER_BYTES,
        keepAliveTimeout: KEEP_ALIVE_MS,
        ServerResponse: PreparedResponse,
      },
      (request, response) => {
        if (this.draining) response.setHeader('Connection', 'close');
        if (!this.front || this.draining) {
          framework(request, response);
          return;
        }
        this.front(request, response, () => {
          framework(request, response);
        });
      },
    );
    this.connections.watch(server);
    return server;
  };

  open(front: FrontHandler): void {
    this.front = front;
  }

  /** From now on each answer ends its connection, so that callers make their next one elsewhere. */
  drain(): void {
    this.draining = true;
    this.connections.announceEnd();
  }
}
