import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { FuzzRequest } from './fuzz-request.js';
import type { FuzzWorld } from './fuzz-world.js';

const ANSWER_WITHIN_MS = 10_000;
/** Node.js takes 16 KiB before a body. */
const MAX_KEPT_HEAD_CHARACTERS = 8_000;

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Sends requests byte for byte as they were made up, on connections that stay open. */
export class FuzzClient {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    private readonly url: string,
    private readonly world: FuzzWorld,
  ) {}

  /** @throws Error when the server closes the connection or does not answer in time */
  async send({ caller, method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    const { hostname, port } = new URL(this.url);
    const token = this.world.tokenOf(caller);
    const bytes = this.bytesOf(body);
    // A head that is too long ends the connection, and the refusal arrives on a new one only.
    const isLong = path.length + Object.values(headers).join('').length > MAX_KEPT_HEAD_CHARACTERS;
    const sent = request({
      hostname,
      port,
      method,
      path: this.world.fill(path),
      agent: isLong ? false : this.agent,
      headers: {
        ...headers,
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        // Node.js would send the body of a DELETE without saying where it ends.
        ...(bytes && { 'Content-Length': String(bytes.length) }),
      },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    sent.end(bytes);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) {
      chunks.push(chunk as Buffer);
      // It has no end to wait for; leaving the loop ends the connection.
      if (answer.headers['content-type'] === 'text/event-stream') break;
    }
    const text = Buffer.concat(chunks).toString();
    return { status: answer.statusCode ?? 0, headers: answer.headers, text };
  }

  close(): void {
    this.agent.destroy();
  }

  private bytesOf(body: FuzzRequest['body']): Buffer | undefined {
    if (body === undefined) return undefined;
    return 'bytes' in body ? body.bytes : Buffer.from(this.world.fill(JSON.stringify(body.json)));
  }
}
