import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type DestinationStream, type Logger, symbols } from 'pino';
import { CONFIG, type Config } from '../config/index.js';
import { LOGGER } from './log-token.js';

/** What is known of a request when it has been answered. */
export interface AccessEntry {
  readonly requestId: string;
  readonly method: string;
  /** The pattern, such as `/v1/projects/:project`. */
  readonly route: string;
  /** SECURITY: without the query, which may hold what nobody should have sent there. */
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
  readonly ip: string | null;
}

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
  private time = { atMs: 0, text: '' };
  /** They often come from the same few places. */
  private address: { readonly ip: string | null; readonly json: string } = {
    ip: null,
    json: 'null',
  };

  constructor(@Inject(LOGGER) logger: Logger, @Inject(CONFIG) { accessLog }: Config) {
    this.stream = (logger as unknown as Record<typeof symbols.streamSym, DestinationStream>)[
      symbols.streamSym
    ];
    this.enabled = accessLog && logger.isLevelEnabled('info');
  }

  write(entry: AccessEntry): void {
    if (!this.enabled) return;
    const { requestId, method, route, path, status, durationMs, ip } = entry;
    this.waiting +=
      `{"level":"info","time":"${this.now()}","requestId":"${requestId}","method":"${method}",` +
      `"route":"${route}","path":${JSON.stringify(path)},"status":${status},` +
      `"durationMs":${Math.round(durationMs * 1000) / 1000},"ip":${this.quoted(ip)},"msg":"request"}\n`;
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

  private quoted(ip: string | null): string {
    if (ip !== this.address.ip) this.address = { ip, json: JSON.stringify(ip) };
    return this.address.json;
  }

  private now(): string {
    const atMs = Date.now();
    if (atMs !== this.time.atMs) this.time = { atMs, text: new Date(atMs).toISOString() };
    return this.time.text;
  }
}
