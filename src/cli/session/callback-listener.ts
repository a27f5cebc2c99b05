import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError } from '../cli-error.js';

const path = '/callback';
const headers = {
  'Content-Type': 'text/plain; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  Connection: 'close',
};

/** Where the browser brings the provider's answer: a free port that only this machine reaches. */
export class CallbackListener {
  private constructor(
    private readonly server: Server,
    readonly redirectUri: string,
  ) {}

  static async open(): Promise<CallbackListener> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    return new CallbackListener(server, `http://127.0.0.1:${port}${path}`);
  }

  /**
   * The whole URL of the first request that carries the state. Any other request is answered and
   * changes nothing: every page that the browser shows can send one.
   *
   * @throws CliError when none came in time
   */
  async answer(state: string, timeoutMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        reject(new CliError('nobody signed in in time: run the command again'));
      }, timeoutMs);
      this.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        const url = this.callbackIn(request, state);
        if (!url) {
          response.writeHead(404, headers).end('This is not the answer that is waited for.\n');
          return;
        }
        clearTimeout(deadline);
        response.writeHead(200, headers).end('Go on in the terminal; this page can be closed.\n');
        resolve(url);
      });
    });
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private callbackIn({ method, url = '' }: IncomingMessage, state: string): string | undefined {
    if (method !== 'GET' || !url.startsWith(`${path}?`)) return undefined;
    const query = url.slice(path.length);
    return new URLSearchParams(query).get('state') === state ? this.redirectUri + query : undefined;
  }
}
