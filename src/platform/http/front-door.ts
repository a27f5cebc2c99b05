import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { arrivalLimits, KEEP_ALIVE_MS, MAX_HEADER_BYTES } from './request-limits.js';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers a request, or hands it on untouched. */
export type FrontHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  handOn: () => void,
) => void;

/**
 * The HTTP server, with a place for a handler that sees requests before the framework does. Behind
 * the framework's hooks even an empty answer takes five times as long as here.
 */
export class FrontDoor {
  private front: FrontHandler | undefined;
  private draining = false;

  /** For Fastify's `serverFactory`, which takes care of none of the limits that are set here. */
  readonly createServer = (framework: Handler): Server => {
    return createServer(
      { ...arrivalLimits, maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS },
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
  };

  open(front: FrontHandler): void {
    this.front = front;
  }

  /** From now on each answer ends its connection, so that callers make their next one elsewhere. */
  drain(): void {
    this.draining = true;
  }
}
