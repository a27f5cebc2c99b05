import { Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { responseOn } from './prepared-response.js';

/** Between two looks at what has come to its end. */
const ENDING_LOOK_MS = 20;

/** The bounds of connections; a test makes them smaller. */
export const connectionLimits = {
  /** A caller that takes nothing of its answer for so long is gone, or as good as. */
  unreadMs: 60_000,
  /** How often answers that are not taken are looked for. */
  lookMs: 15_000,
  /** How long a stop waits for requests to be answered and for callers to take their answers. */
  endWithinMs: 10_000,
};

export type ConnectionLimits = typeof connectionLimits;

/**
 * The connections of callers, looked at now and then: whatever is done for each request is paid for
 * by each request.
 */
export class OpenConnections {
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly limits: ConnectionLimits) {}

  /**
   * Of one server more: Fastify makes one for each address of a name. To close one of them ends the
   * connections of all, because it waits for the first alone.
   */
  watch(server: Server): void {
    this.servers.push(server);
    server.close = (done) => {
      void this.end().then(() => Server.prototype.close.call(server, done));
      return server;
    };
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.timer ??= setInterval(() => {
      this.limitUnread();
    }, this.limits.lookMs).unref();
  }

  /** Has each answer that has not begun say that it is the last one on its connection. */
  announceEnd(): void {
    for (const socket of this.sockets) {
      const response = responseOn(socket);
      if (response && !response.headersSent) response.shouldKeepAlive = false;
    }
  }

  /**
   * Accepts no more connections and ends each when it has nothing under way, or when the time is
   * over. Resolves when none is left.
   */
  private async end(): Promise<void> {
    // The system resets what waits to be accepted, which is least right after it was asked.
    await nextTurn();
    // Not the `close` of http: it cuts answers that are made and not sent yet, and looks no more for
    // requests that take too long to arrive.
    for (const server of this.servers) if (server.listening) NetServer.prototype.close.call(server);
    const deadlineMs = performance.now() + this.limits.endWithinMs;
    while (this.sockets.size > 0 && performance.now() < deadlineMs) {
      // First, so that what had arrived is read before anything is taken for idle.
      await delay(ENDING_LOOK_MS);
      this.endIdle();
    }
    clearInterval(this.timer);
    for (const socket of this.sockets) socket.destroy();
  }

  private endIdle(): void {
    // To Node a connection is idle once its answer is made. The others wait with it: it costs nothing.
    for (const socket of this.sockets) if (socket.writableLength > 0) return;
    for (const server of this.servers) server.closeIdleConnections();
  }

  /**
   * The timeout of Node for all connections would be set anew with each request, which is a thirtieth
   * of the time of an answer, and would end those that are silent because they are worked on.
   */
  private limitUnread(): void {
    const { unreadMs } = this.limits;
    for (const socket of this.sockets) {
      if (socket.writableLength > 0 && socket.timeout !== unreadMs) socket.setTimeout(unreadMs);
    }
  }
}
