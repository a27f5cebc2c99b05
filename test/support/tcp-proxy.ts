import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

interface Trap {
  readonly marker: string;
  readonly last: string;
  readonly sprung: () => void;
}

/** A wire between a program and its database that a test can cut, freeze and mend. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private frozen = false;
  private trap: Trap | undefined;
  private readonly target: { readonly host: string; readonly port: number };
  private readonly server: Server;
  readonly port: number;

  // Written out, because Node strips the types of this file where `load/` uses it.
  private constructor(
    target: { readonly host: string; readonly port: number },
    server: Server,
    port: number,
  ) {
    this.target = target;
    this.server = server;
    this.port = port;
    server.on('connection', (near) => {
      this.join(near);
    });
  }

  /** Listens on a free port of the loopback address. */
  static async to(host: string, port: number): Promise<TcpProxy> {
    // A wire of its own would otherwise hold small packets back for 40 ms now and then.
    const server = createServer({ noDelay: true });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return new TcpProxy({ host, port }, server, address.port);
  }

  /** Ends every connection, and refuses new ones. */
  async cut(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Makes everything as it was. Connections that were cut stay so. */
  async mend(): Promise<void> {
    this.frozen = false;
    for (const socket of this.sockets) socket.resume();
    if (this.server.listening) return;
    await once(this.server.listen(this.port, '127.0.0.1'), 'listening');
  }

  /** Lets connections stay open and nothing through, as a lost network does. */
  freeze(): void {
    this.frozen = true;
    for (const socket of this.sockets) socket.pause();
  }

  /**
   * Ends the next connection that sends the marker and after it the last text, when the database has
   * answered that and before the program hears of it. Resolves when that has happened.
   */
  async loseAnswer(marker: string, last: string): Promise<void> {
    await new Promise<void>((sprung) => {
      this.trap = { marker, last, sprung };
    });
  }

  private join(near: Socket): void {
    const far = connect({ ...this.target, noDelay: true });
    this.setTrap(near, far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (this.frozen) from.pause();
    }
  }

  private setTrap(near: Socket, far: Socket): void {
    let marked = false;
    near.on('data', (chunk) => {
      if (!this.trap) return;
      const { marker, last, sprung } = this.trap;
      marked ||= chunk.includes(marker);
      if (!marked || !chunk.includes(last)) return;
      this.trap = undefined;
      far.unpipe(near);
      far.once('data', () => {
        near.destroy();
        sprung();
      });
      far.resume();
    });
  }
}
