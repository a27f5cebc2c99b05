import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Logger } from 'pino';
import { ChangeSignal } from './change-signal.port.js';

const CHANNEL = 'promptd_changes';
const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 5_000;
/** How often it is tried whether what is sent still arrives, and how long it may take. */
const probing = { intervalMs: 15_000, timeoutMs: 5_000 };
const END_TIMEOUT_MS = 1_000;
const RETRY_FROM_MS = 250;
const RETRY_UP_TO_MS = 30_000;
/** How long what is announced waits when something was announced just before. */
const GATHER_MS = 10;
/** A payload may have 8,000 bytes, and an id has 36. */
const IDS_PER_PAYLOAD = 100;

export interface PostgresSignalOptions {
  /** Without a pooler between, if there is a choice. */
  readonly url: string;
  /** Sends over another connection than the one that listens: see `probe`. */
  readonly notify: (channel: string, payload: string) => Promise<void>;
  readonly logger: Logger;
  /** A test has less time. */
  readonly probing?: typeof probing;
}

/**
 * LISTEN and NOTIFY. What is sent is sent after the commit and by the listening connection: inside
 * of the transaction every commit would wait for the one lock of Postgres' queue.
 *
 * A pooler in transaction mode accepts LISTEN and swallows what it brings, and a connection that a
 * firewall forgot is silent too; so a probe is sent around now and then.
 */
export class PostgresSignal extends ChangeSignal {
  private readonly instance = randomUUID();
  private readonly pending = new Set<string>();
  private heard: ((projectIds: readonly string[] | undefined) => void) | undefined;
  private client: Client | undefined;
  private timers: NodeJS.Timeout[] = [];
  private failures = 0;
  private sending = false;
  private stopped = false;
  private warned = false;
  /** The probe that is under way. */
  private awaited: string | undefined;
  /** Whether a probe ever came back on this connection. */
  private works = false;

  constructor(private readonly options: PostgresSignalOptions) {
    super();
  }

  override announce(projectIds: readonly string[]): void {
    for (const projectId of projectIds) this.pending.add(projectId);
    if (!this.sending && this.client) void this.send(this.client);
  }

  override onAnnounced(listener: (projectIds: readonly string[] | undefined) => void): void {
    this.heard = listener;
    void this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    const { client } = this;
    this.forget();
    if (client) await this.end(client);
  }

  /** A server that is silent answers no goodbye, and the socket would keep the process alive. */
  private async end(client: Client): Promise<void> {
    const ended = client.end().catch(() => undefined);
    await Promise.race([ended, delay(END_TIMEOUT_MS, undefined, { ref: false })]);
    (
      client as unknown as { readonly connection: { readonly stream: Socket } }
    ).connection.stream.destroy();
  }

  private async connect(): Promise<void> {
    // Loaded where it is needed: a start on another database must not wait for it.
    const { Client: PgClient } = await import('pg');
    const client = new PgClient({
      connectionString: this.options.url,
      application_name: 'promptd-listen',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
    });
    client.on('notification', ({ payload }) => {
      this.receive(payload ?? '');
    });
    client.on('error', () => {
      this.lost(client);
    });
    client.on('end', () => {
      this.lost(client);
    });
    this.client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch {
      // The database's absence is the pool's to report; here it only means to try again.
      this.lost(client);
      return;
    }
    if (this.client !== client) return;
    // Anything may have happened while nobody listened.
    this.heard?.(undefined);
    this.probe(client);
    this.announce([]);
  }

  /** Each payload begins with who sent it: what one committed oneself is known already. */
  private receive(payload: string): void {
    const [sender, text = ''] = payload.split(' ', 2);
    if (text.startsWith('probe:')) {
      if (sender === this.instance && text === this.awaited) this.answered();
      return;
    }
    if (sender !== this.instance && text !== '') this.heard?.(text.split(','));
  }

  /**
   * Over another connection, because what a session sends to itself comes back even through a
   * pooler that brings it nothing else.
   */
  private probe(client: Client): void {
    if (this.client !== client || this.stopped) return;
    const text = `probe:${randomUUID()}`;
    this.awaited = text;
    this.options.notify(CHANNEL, `${this.instance} ${text}`).catch(() => undefined);
    const { timeoutMs, intervalMs } = this.options.probing ?? probing;
    this.later(timeoutMs, () => {
      if (this.client === client && this.awaited === text) this.unanswered(client);
    });
    this.later(intervalMs, () => {
      this.probe(client);
    });
  }

  private answered(): void {
    this.awaited = undefined;
    this.failures = 0;
    this.works = true;
    if (this.warned) this.options.logger.info('notifications of Postgres arrive again');
    this.warned = false;
  }

  private unanswered(client: Client): void {
    if (this.works) {
      this.lost(client);
      return;
    }
    if (this.warned) return;
    this.warned = true;
    this.options.logger.warn(
      'notifications of Postgres do not arrive, so changes of other instances are seen within a ' +
        'second instead of at once: when a connection pooler is between, set DATABASE_DIRECT_URL',
    );
  }

  private lost(client: Client): void {
    if (this.client !== client || this.stopped) return;
    this.forget();
    void this.end(client);
    const waitMs = Math.min(RETRY_UP_TO_MS, RETRY_FROM_MS * 2 ** this.failures);
    this.failures += 1;
    this.later(waitMs * (0.5 + Math.random() / 2), () => void this.connect());
  }

  private forget(): void {
    this.client = undefined;
    this.works = false;
    this.awaited = undefined;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
  }

  /** The first commit is told of at once; those that follow close upon it together. */
  private async send(client: Client): Promise<void> {
    this.sending = true;
    try {
      while (this.pending.size > 0 && this.client === client) {
        const ids = [...this.pending].slice(0, IDS_PER_PAYLOAD);
        for (const id of ids) this.pending.delete(id);
        const payload = `${this.instance} ${ids.join(',')}`;
        await client.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
        await delay(GATHER_MS, undefined, { ref: false });
      }
    } catch {
      // The others look each second anyway.
      this.lost(client);
    } finally {
      this.sending = false;
    }
  }

  private later(delayMs: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.timers = this.timers.filter((other) => other !== timer);
      task();
    }, delayMs);
    this.timers.push(timer.unref());
  }
}
