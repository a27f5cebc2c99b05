import type { FastifyReply } from 'fastify';
import { EVENT_STREAM } from '../../platform/http/index.js';
import type { ChangeStream } from './change-stream.js';

/** Answers with the stream, which ends with the connection. */
export function answerWithStream(reply: FastifyReply, { body }: ChangeStream): void {
  // Fastify lets go of the stream of an answer to HEAD, and of one whose reader left early.
  reply.raw.once('close', () => body.destroy());
  if (reply.raw.destroyed) body.destroy();
  void reply
    .headers({
      'Content-Type': EVENT_STREAM,
      'Cache-Control': 'no-store',
      // nginx would keep it back until it has a page of it.
      'X-Accel-Buffering': 'no',
    })
    .send(body);
}
