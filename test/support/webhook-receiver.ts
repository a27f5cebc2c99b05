import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Json } from './http-client.js';

/** A message as it arrived. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed text. */
  readonly body: Json;
}

export type Respond = (message: Received, response: ServerResponse) => void;

/** Answers a status without a body. */
export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Respond =>
  (_message, response) =>
    void response.writeHead(code, headers).end();

/** A receiver of webhooks on a free port of the loopback address. It takes everything by default. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** What it answers, by the path of the message or else to every one. */
  respond: Respond = status(204);
  readonly respondAt = new Map<string, Respond>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        const { url: path = '', headers } = request;
        const message = { path, headers, text: body, body: JSON.parse(body) };
        this.received.push(message);
        (this.respondAt.get(path) ?? this.respond)(message, response);
      });
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WebhookReceiver(
      server,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
  }

  /** What arrived at a path, oldest first. */
  at(path: string): readonly Received[] {
    return this.received.filter((message) => message.path === path);
  }

  /** Forgets what arrived and takes everything again. */
  reset(): void {
    this.received.length = 0;
    this.respond = status(204);
    this.respondAt.clear();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
