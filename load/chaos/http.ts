import { Agent, request } from 'node:http';

export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Told {
  readonly status: number;
  readonly text: string;
}

/** No caller waits longer. */
export const callerPatienceMs = 5_000;

/** A caller with one connection that it keeps, and no retries of its own. */
export class Caller {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** @throws Error when the connection fails or the answer does not come in time */
  send({ method, path, key, headers, body }: Ask): Promise<Told> {
    return new Promise((resolve, reject) => {
      const sent = request(this.url + path, {
        method,
        agent: this.agent,
        signal: AbortSignal.timeout(callerPatienceMs),
        headers: {
          Authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
      });
      sent.once('error', reject);
      sent.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
