import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type DestinationStream, type Logger, symbols } from 'pino';
import { CONFIG, type Config } from '../config/index.js';
import { LOGGER } from './log-token.js';

/** What a request has in common with others. */
export interface RequestKind {
  readonly method: string;
  /** The pattern, such as `/v1/projects/:project`. */
  readonly route: string;
  /** SECURITY: without the query, which may hold what nobody should have sent there. */
  readonly path: string;
  readonly status: number;
}

export interface OneRequest {
  readonly requestId: string;
  readonly durationMs: number;
  readonly ip: string | null;
}

/** What is known of a request when it has been answered. */
export type AccessEntry = RequestKind & OneRequest;

export type DescribedRequest = string & { readonly describedRequest: never };

/** Lines wait until there is so much of them, or for so long. */
const MAX_WAITING_CHARACTERS = 64 * 1024;
const MAX_WAIT_MS = 200;

/**
 * One line of JSON for each request, in the form of the program's log and in the same stream. Lines
 * are put together by hand and written in batches: a line of its own costs more than an answer.
 */
@Injectable()
export class AccessLog implements OnApplicationShutdown {
  private readonly stream: DestinationStream;
  private readonly enabled: boolean;
  private waiting = '';
  private timer: NodeJS.Timeout | undefined;
  /** Requests of the same millisecond have the same time. */
  private start = { atMs: 0, text: '' };
  /** They often come from the same few places. */
  private end = { ip: '' as string | null, text: '' };

  constructor(@Inject(LOGGER) logger: Logger, @Inject(CONFIG) { accessLog }: Config) {
    this.stream = (logger as unknown as Record<typeof symbols.streamSym, DestinationStream>)[
      symbols.streamSym
    ];
    this.enabled = accessLog && logger.isLevelEnabled('info');
  }

  write(entry: AccessEntry): void {
    this.writeAbout(describeRequest(entry), entry);
  }

  /** The same for somebody who keeps the description of what comes again and again. */
  writeAbout(described: DescribedRequest, { requestId, durationMs, ip }: OneRequest): void {
    if (!this.enabled) return;
    const duration = Math.round(durationMs * 1000) / 1000;
    this.waiting +=
      this.startOfLine() + requestId + described + String(duration) + this.endOfLine(ip);
    if (this.waiting.length >= MAX_WAITING_CHARACTERS) this.flush();
    else
      this.timer ??= setTimeout(() => {
        this.flush();
      }, MAX_WAIT_MS).unref();
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting === '') return;
    this.stream.write(this.waiting);
    this.waiting = '';
  }

  onApplicationShutdown(): void {
    this.flush();
  }

  private startOfLine(): string {
    const atMs = Date.now();
    if (atMs !== this.start.atMs) {
      const text = `{"level":"info","time":"${new Date(atMs).toISOString()}","requestId":"`;
      this.start = { atMs, text };
    }
    return this.start.text;
  }

  private endOfLine(ip: string | null): string {
    if (ip !== this.end.ip) {
      this.end = { ip, text: `,"ip":${JSON.stringify(ip)},"msg":"request"}\n` };
    }
    return this.end.text;
  }
}

/** The middle of the lines about such requests. */
export function describeRequest(kind: RequestKind): DescribedRequest {
  const { method, route, path, status } = kind;
  const pairs = JSON.stringify({ method, route, path, status }).slice(1, -1);
  return ['",', pairs, ',"durationMs":'].join('') as DescribedRequest;
}
