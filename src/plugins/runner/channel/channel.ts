import type { Socket } from 'node:net';
import { hasBody } from './messages.js';

/** What one line may have; a longer one ends the channel. */
export const maxLineBytes = 1024 * 1024;

export interface ChannelReader {
  /** A message and, where its type has one, the line after it. Undefined ends the channel. */
  readonly read: (line: string) => { readonly type: string } | undefined;
  readonly received: (message: never, body: string) => void;
  /** Once: the other end closed, or `broke` the rules of the channel. Nothing is read after that. */
  readonly ended: (reason: string, how: 'closed' | 'broke') => void;
}

const newline = 0x0a;

/** Lines of JSON over a pipe. Both ends use it; only what they say differs. */
export class Channel {
  private readonly parts: Buffer[] = [];
  private waitingBytes = 0;
  private awaitsBody: { readonly type: string } | undefined;
  private isEnded = false;

  constructor(
    private readonly socket: Socket,
    private readonly reader: ChannelReader,
  ) {
    socket.on('data', (chunk: Buffer) => {
      this.take(chunk);
    });
    const closed = () => {
      this.end('the channel was closed');
    };
    for (const event of ['error', 'close', 'end']) socket.on(event, closed);
  }

  /** `body` is one line: the caller made it with JSON.stringify, or checked it. */
  send(message: { readonly type: string }, body?: string): void {
    if (this.isEnded) return;
    const line = `${JSON.stringify(message)}\n`;
    this.socket.write(body === undefined ? line : `${line}${body}\n`);
  }

  end(reason: string, how: 'closed' | 'broke' = 'closed'): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.socket.destroy();
    this.parts.length = 0;
    this.reader.ended(reason, how);
  }

  private take(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      if (this.isEnded) return;
      const last = chunk.subarray(from, at);
      if (this.waitingBytes + last.length > maxLineBytes) {
        this.end('a line was too long', 'broke');
        return;
      }
      this.line(this.parts.length === 0 ? last : Buffer.concat([...this.parts, last]));
      this.parts.length = 0;
      this.waitingBytes = 0;
      from = at + 1;
    }
    if (this.isEnded || from === chunk.length) return;
    this.parts.push(from === 0 ? chunk : chunk.subarray(from));
    this.waitingBytes += chunk.length - from;
    if (this.waitingBytes > maxLineBytes) this.end('a line was too long', 'broke');
  }

  private line(bytes: Buffer): void {
    const text = bytes.toString('utf8');
    const awaited = this.awaitsBody;
    if (awaited !== undefined) {
      this.awaitsBody = undefined;
      this.reader.received(awaited as never, text);
      return;
    }
    const message = this.reader.read(text);
    if (message === undefined) this.end('a line was not a message', 'broke');
    else if (hasBody(message)) this.awaitsBody = message;
    else this.reader.received(message as never, '');
  }
}
