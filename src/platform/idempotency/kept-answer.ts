import type { FastifyReply } from 'fastify';
import type { Replay } from '../http/index.js';

/** An answer as it is kept. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null for an empty answer, and for one that is not the record's to keep. */
  readonly body: string | null;
}

/** Those that a handler sets; the rest belongs to one request or to every answer. */
const keptHeaders = ['content-type', 'etag', 'location'];

/** The text of what a handler returned, so that the first answer and the next are the same bytes. */
export function answerText(reply: FastifyReply, returned: unknown): string | undefined {
  if (returned === undefined || typeof returned === 'string') return returned;
  void reply.type('application/json; charset=utf-8');
  return JSON.stringify(returned);
}

export function keptAnswer(
  reply: FastifyReply,
  text: string | undefined,
  replay: Replay,
): KeptAnswer {
  const headers = keptHeaders.flatMap((name) => {
    const value = reply.getHeader(name);
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return {
    status: reply.statusCode,
    headers: Object.fromEntries(headers),
    // SECURITY: secrets and the content of prompts are not the record's to keep.
    body: replay === 'answer' ? (text ?? null) : null,
  };
}

/** Makes the reply what it was the first time, but for the body, and says that this is the second. */
export function repeatAnswer(reply: FastifyReply, { status, headers }: KeptAnswer): void {
  void reply.status(status).headers(headers).header('Idempotency-Replayed', 'true');
}
