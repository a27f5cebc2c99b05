import type { Logger } from 'pino';
import { systemContext } from '../../src/platform/authorization/index.js';
import { newId } from '../../src/platform/crypto/index.js';
import { Database, parseDatabaseUrl, UnitOfWork } from '../../src/platform/database/index.js';
import {
  ChangeFeed,
  type NewEvent,
  Outbox,
  OutboxRepository,
} from '../../src/platform/events/index.js';
import { type ChangeSignal, NoSignal } from '../../src/platform/events/change-signal.port.js';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { Clock, MonotonicClock } from '../../src/platform/time/index.js';

const ctx = systemContext('test');

/** What one listener of one instance was told. */
export interface Heard {
  readonly changed: readonly string[];
  /** By project, in order. */
  readonly followed: ReadonlyMap<string, readonly number[]>;
  readonly gaps: readonly (readonly [string, number])[];
}

/** What a signal is made of. */
export interface Telling {
  readonly database: Database;
  readonly logger: Logger;
}

/** As much of an instance as writes events and hears those of others. */
export class FeedInstance implements Telling {
  readonly log: string[] = [];
  readonly logger = createLogger('info', { write: (line) => void this.log.push(line) });
  readonly repository: OutboxRepository;
  readonly outbox: Outbox;
  readonly feed: ChangeFeed;
  private readonly signal: ChangeSignal;
  private news: () => void = () => undefined;

  private constructor(
    readonly database: Database,
    private readonly units: UnitOfWork,
    private readonly owned: boolean,
    signalOf: (instance: Telling) => ChangeSignal,
  ) {
    this.repository = new OutboxRepository(database, new Clock());
    this.outbox = new Outbox(this.repository);
    this.signal = signalOf(this);
    this.feed = new ChangeFeed(
      this.outbox,
      this.repository,
      this.signal,
      new MonotonicClock(),
      this.logger,
    );
    const news = () => {
      this.news();
    };
    this.feed.listen({ followed: news, gap: news });
  }

  static async open(
    url: string,
    signalOf: (instance: Telling) => ChangeSignal = () => new NoSignal(),
  ): Promise<FeedInstance> {
    const address = parseDatabaseUrl(url)!;
    const database = await Database.open({ address, poolSize: 8 });
    const instance = new FeedInstance(database, new UnitOfWork(database), true, signalOf);
    await instance.feed.onApplicationBootstrap();
    return instance;
  }

  /**
   * Another instance on the same database. DIALECT: SQLite refuses a second process, so there it
   * is somebody who writes through the same connection and whom this instance does not hear.
   */
  async another(
    url: string,
    signalOf?: (instance: Telling) => ChangeSignal,
  ): Promise<FeedInstance> {
    if (this.database.dialect !== 'sqlite') return FeedInstance.open(url, signalOf);
    const instance = new FeedInstance(this.database, this.units, false, () => new NoSignal());
    await instance.feed.onApplicationBootstrap();
    return instance;
  }

  listen(): Heard {
    const changed: string[] = [];
    const followed = new Map<string, number[]>();
    const gaps: [string, number][] = [];
    this.feed.listen({
      changed: (events) => {
        changed.push(...events.map(({ projectId, revision }) => `${projectId} ${revision}`));
      },
      followed: (projectId, events) => {
        const revisions = followed.get(projectId) ?? [];
        followed.set(projectId, [...revisions, ...new Set(events.map(({ revision }) => revision))]);
      },
      gap: (projectId, revision) => void gaps.push([projectId, revision]),
    });
    return { changed, followed, gaps };
  }

  /** Resolves when the instance has heard the revision, whatever brought it. */
  async hears(projectId: string, revision: number): Promise<void> {
    while (this.feed.revisionOf(projectId) < revision) {
      await new Promise<void>((resolve) => (this.news = resolve));
    }
  }

  async createProject(): Promise<string> {
    const project = newId();
    await this.units.run(ctx, (tx) => this.repository.insertCounter(tx, project));
    return project;
  }

  /** One transaction with so many events. */
  async write(projectId: string, count = 1): Promise<void> {
    await this.units.run(ctx, (tx) => {
      for (let index = 0; index < count; index += 1) this.outbox.record(tx, event(projectId));
      return Promise.resolve();
    });
  }

  async close(): Promise<void> {
    await this.feed.onApplicationShutdown();
    await (
      this.signal as { onApplicationShutdown?: () => Promise<void> }
    ).onApplicationShutdown?.();
    if (this.owned) await this.database.close();
  }
}

function event(projectId: string): NewEvent {
  return {
    type: 'prompt.version.published',
    projectId,
    subject: { type: 'version', id: newId(), name: 'greeting' },
  };
}
