import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Json } from './http-client.js';

export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  /** Parsed. */
  readonly data: Json;
  readonly isComment: boolean;
}

const WITHIN_MS = 10_000;

/** A reader of server-sent events with a socket of its own, which it can stop to read. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  /** As the standard has it: the last id, whether or not there was an event to it. */
  lastId = '';
  private text = '';
  private changed: () => void = () => undefined;
  private over = false;
  private whole = false;

  private constructor(
    readonly status: number,
    readonly headers: IncomingHttpHeaders,
    private readonly answer: IncomingMessage,
  ) {
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => {
      this.read(text);
    });
    answer.on('end', () => (this.whole = answer.complete));
    for (const end of ['end', 'error', 'close']) {
      answer.on(end, () => {
        this.over = true;
        this.changed();
      });
    }
  }

  static async open(
    url: string,
    token: string,
    headers: Readonly<Record<string, string | string[]>> = {},
  ): Promise<EventStream> {
    const sent = request(url, {
      agent: false,
      headers: { Authorization: `Bearer ${token}`, ...headers },
    });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return new EventStream(answer.statusCode ?? 0, answer.headers, answer);
  }

  /** Whether it was ended and not cut. */
  get isWhole(): boolean {
    return this.whole;
  }

  /** What was told, by the name of the event. */
  of(event: 'change' | 'ready' | 'resync'): readonly StreamEvent[] {
    return this.events.filter((one) => one.event === event);
  }

  /** The revisions and names that were told as changes. */
  get changes(): readonly Json[] {
    return this.of('change').map(({ data }) => data);
  }

  /** Resolves when what has arrived is enough. */
  async until(isEnough: (stream: EventStream) => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(WITHIN_MS);
    while (!isEnough(this)) {
      if (this.over) throw new Error(`the stream ended after ${JSON.stringify(this.events)}`);
      await this.news(deadline);
    }
  }

  /** Resolves when the server has ended the stream. */
  async ended(): Promise<void> {
    const deadline = AbortSignal.timeout(WITHIN_MS);
    while (!this.over) await this.news(deadline);
  }

  pause(): void {
    this.answer.pause();
  }

  resume(): void {
    this.answer.resume();
  }

  close(): void {
    this.answer.destroy();
  }

  private async news(deadline: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.changed = resolve;
      deadline.addEventListener(
        'abort',
        () => {
          reject(
            new Error(
              `nothing more came after ${JSON.stringify(this.events.slice(-5)).slice(0, 2_000)}`,
            ),
          );
        },
        { once: true },
      );
    });
  }

  private read(text: string): void {
    this.text += text;
    const blocks = this.text.split('\n\n');
    this.text = blocks.pop() ?? '';
    for (const block of blocks) this.events.push(this.parse(block));
    this.changed();
  }

  private parse(block: string): StreamEvent {
    const lines = block.split('\n');
    const field = (name: string) =>
      lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const data = field('data');
    const id = field('id');
    if (id !== undefined) this.lastId = id;
    return {
      id,
      event: field('event'),
      data: data === undefined ? undefined : JSON.parse(data),
      isComment: lines.some((line) => line.startsWith(':')),
    };
  }
}
