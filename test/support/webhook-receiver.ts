import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { EventEmitter, once } from 'node:events';
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
  /** The most messages that any one path had to answer at a time. */
  mostAtOnce = 0;
  private readonly open = new Map<string, number>();
  private readonly arrivals = new EventEmitter();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        const { url: path = '', headers } = request;
        const message = { path, headers, text: body, body: JSON.parse(body) };
        this.received.push(message);
        this.count(path, 1);
        response.once('close', () => {
          this.count(path, -1);
        });
        (this.respondAt.get(path) ?? this.respond)(message, response);
        this.arrivals.emit('message');
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

  /** Resolves once so much arrived at a path. */
  async arrived(path: string, count: number): Promise<readonly Received[]> {
    while (this.at(path).length < count) await once(this.arrivals, 'message');
    return this.at(path);
  }

  private count(path: string, change: number): void {
    const now = (this.open.get(path) ?? 0) + change;
    this.open.set(path, now);
    this.mostAtOnce = Math.max(this.mostAtOnce, now);
  }

  /** Forgets what arrived and takes everything again. */
  reset(): void {
    this.received.length = 0;
    this.mostAtOnce = 0;
    this.respond = status(204);
    this.respondAt.clear();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
