import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import type { Response } from 'supertest';

export interface RawRequest {
  readonly method?: string;
  /** Sent byte for byte: URL classes would resolve `%2e%2e` and refuse `%zz`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
}

/** A request as no well-behaved client would write it. */
export async function rawRequest(url: string, sent: RawRequest): Promise<Response> {
  const { hostname, port } = new URL(url);
  const { method = 'GET', path, headers = {}, body } = sent;
  const pending = request({ hostname, port, method, path, headers, agent: false });
  pending.end(body);
  const [answer] = (await once(pending, 'response')) as [
    AsyncIterable<Buffer> & { statusCode: number; headers: IncomingHttpHeaders },
  ];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return responseOf(answer.statusCode, answer.headers, Buffer.concat(chunks).toString());
}

/** Bytes that need not be HTTP at all; answers when the server has closed the connection. */
export async function rawBytes(url: string, bytes: string): Promise<Response> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes, 'latin1');
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const [head = '', text = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return responseOf(Number(status.split(' ')[1]), Object.fromEntries(headers), text);
}

function responseOf(status: number, headers: IncomingHttpHeaders, text: string): Response {
  const isJson = headers['content-type']?.includes('json') ?? false;
  // As much of a supertest answer as expectations look at.
  return { status, headers, text, body: isJson && text ? JSON.parse(text) : {} } as Response;
}
