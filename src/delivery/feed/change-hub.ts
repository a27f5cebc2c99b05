import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { ChangeFeed, INSTANCE_PROJECT, type RecordedEvent } from '../../platform/events/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { Clock } from '../../platform/time/index.js';
import { changesOf } from './change.js';
import { ChangeStream, type StreamReader } from './change-stream.js';
import { concerns } from './concerns.js';
import { OpenStreams } from './open-streams.js';
import { ReaderReview } from './reader-review.js';
import { StreamLimits } from './stream-limits.js';
import type { ToldChange } from './stream-text.js';

const TICK_MS = 1_000;

/**
 * Listens to the change feed once, and passes on to the open streams what is theirs:
 *
 *   feed -> events of a project -> what is public of them -> each stream of the project
 *                  |
 *                  +-- about keys, members, users, sessions -> their readers are looked at again
 */
@Injectable()
export class ChangeHub implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly feed: ChangeFeed,
    private readonly streams: OpenStreams,
    private readonly review: ReaderReview,
    private readonly limits: StreamLimits,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.feed.listen({
      followed: (projectId, events) => {
        this.followed(projectId, events);
      },
      gap: (projectId, revision) => {
        this.gap(projectId, revision);
      },
    });
    this.timer = setInterval(() => {
      this.tick();
    }, TICK_MS).unref();
  }

  /**
   * When balancers have had their time to look elsewhere, and before the server waits for its
   * connections: a reader that comes back now comes to another instance.
   */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.streams.close();
    const ending = this.streams.all();
    for (const stream of ending) stream.end();
    const open = ending.filter(({ body }) => !body.closed);
    const closed = Promise.all(open.map(async ({ body }) => once(body, 'close')));
    // The time alone must not keep a process alive that has nothing more to do.
    await Promise.race([closed, delay(this.limits.endWithinMs, undefined, { ref: false })]);
    for (const { body } of ending) body.destroy();
  }

  /**
   * From now on the stream is offered what happens. What this instance has heard before ends with
   * the revision that is answered.
   *
   * @throws overloaded, rate-limited
   */
  open(reader: StreamReader): { readonly stream: ChangeStream; readonly from: number } {
    this.streams.refuseExcess(reader.principal);
    const from = this.feed.revisionOf(reader.projectId);
    const stream = new ChangeStream(reader, from, this.limits);
    this.streams.add(stream);
    return { stream, from };
  }

  /** @throws overloaded when the instance stops */
  refuseWhenStopping(): void {
    this.streams.refuseWhenClosed();
  }

  /** SECURITY: decides who is told before anybody is. */
  private followed(projectId: string, events: readonly RecordedEvent[]): void {
    const isForAll = projectId === INSTANCE_PROJECT;
    const streams = isForAll ? this.streams.all() : this.streams.of(projectId);
    if (streams.length === 0) return;
    // SECURITY: first, so that a reader whose key is gone is not sent what was committed after that.
    this.review.doubt(
      streams.filter(({ reader }) => events.some((event) => concerns(event, reader.principal))),
    );
    const revision = events.at(-1)?.revision;
    if (isForAll || revision === undefined) return;
    const changes = toldChanges(events);
    for (const stream of streams) stream.offer(changes, revision);
  }

  private gap(projectId: string, revision: number): void {
    const isForAll = projectId === INSTANCE_PROJECT;
    const streams = isForAll ? this.streams.all() : this.streams.of(projectId);
    this.review.doubt(streams);
    if (!isForAll) for (const stream of streams) stream.skip(revision);
  }

  /** Each second: what time alone brings about. */
  tick(): void {
    const nowMs = performance.now();
    const today = this.clock.nowMs();
    const expired: ChangeStream[] = [];
    for (const stream of this.streams.all()) {
      if (stream.isStalled(nowMs)) {
        const { principal } = stream.reader;
        this.logger.info(
          { reader: principal.kind },
          'a reader of changes took nothing for too long',
        );
        stream.body.destroy();
        continue;
      }
      if (stream.lookAgainAtMs !== null && stream.lookAgainAtMs <= today) expired.push(stream);
      stream.beat(nowMs);
    }
    this.review.doubt(expired);
    this.review.resume();
  }
}

/** What is sent is the same for everybody who may read it, so its text is made once. */
export function toldChanges(events: readonly RecordedEvent[]): readonly ToldChange[] {
  return changesOf(events).map((change) => {
    const { revision, prompt } = change;
    return { revision, prompt, json: JSON.stringify(change) };
  });
}
