import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import type { OperationContext } from '../platform/authorization/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { LOGGER } from '../platform/telemetry/index.js';

/** More than that is a flood: writing it all down would be part of the attack. */
const MAX_WAITING = 1_000;

interface Task {
  readonly ctx: OperationContext;
  readonly work: (tx: OperationContext) => Promise<void> | void;
}

/**
 * Small writes that a request leaves behind and never waits for: events of refusals, which must
 * outlive the caller's rolled-back transaction, and last-used times. One at a time, so that they
 * never compete with requests for connections; a failed one is logged and lost.
 */
@Injectable()
export class BackgroundWrites implements OnApplicationShutdown {
  private readonly waiting: Task[] = [];
  private draining: Promise<void> | undefined;
  private dropped = 0;
  // A write must not inherit the unit of work that the refused request may be in.
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Runs the work soon in a unit of work of its own. False when too many wait: it is dropped. */
  write(ctx: OperationContext, work: Task['work']): boolean {
    if (this.waiting.length >= MAX_WAITING) {
      this.dropped += 1;
      return false;
    }
    const { principal, requestId, origin } = ctx;
    this.waiting.push({ ctx: { principal, requestId, origin }, work });
    this.draining ??= this.outside(() => this.drain());
    return true;
  }

  /** Resolves when everything given so far is written. */
  async drained(): Promise<void> {
    await this.draining;
  }

  /** After the server stopped taking requests, and before the database is closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.drained();
  }

  private async drain(): Promise<void> {
    for (let task = this.waiting.shift(); task; task = this.waiting.shift()) {
      const { ctx, work } = task;
      try {
        await this.unitOfWork.run(ctx, async (tx) => {
          await work(tx);
        });
      } catch (error) {
        this.logger.error({ err: error, requestId: ctx.requestId }, 'a background write failed');
      }
    }
    this.draining = undefined;
    if (this.dropped > 0) {
      this.logger.warn({ dropped: this.dropped }, 'background writes were dropped');
      this.dropped = 0;
    }
  }
}
