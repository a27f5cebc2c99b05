import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { Leases, UnitOfWork } from '../../platform/database/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { Clock } from '../../platform/time/index.js';
import { ModalSessionsRepository } from './modal-sessions.repository.js';

const INTERVAL_MS = 10 * 60 * 1000;
const LEASE_MS = 30_000;
const SESSIONS_PER_BATCH = 100;

/** Deletes sessions that expired, on one instance at a time. Nobody sees them any more before that. */
@Injectable()
export class ModalSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ctx = systemContext('plugin-modals');
  private readonly instance = newId();
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly sessions: ModalSessionsRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly leases: Leases,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.run(), INTERVAL_MS).unref();
  }

  /** Ends after the batch that is being deleted. */
  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Never rejects: what is left is deleted the next time. */
  async run(): Promise<void> {
    this.running ??= this.sweep()
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'expired modal sessions could not be deleted');
      })
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }

  private async sweep(): Promise<void> {
    const now = this.clock.nowMs();
    // Looking takes no lock, so that an idle instance writes nothing.
    if (!(await this.sessions.hasExpired(this.ctx, now))) return;
    let deleted = SESSIONS_PER_BATCH;
    while (deleted === SESSIONS_PER_BATCH && !this.stopped) deleted = await this.deleteBatch(now);
  }

  private async deleteBatch(nowMs: number): Promise<number> {
    return this.unitOfWork.run(this.ctx, async (tx) => {
      if (!(await this.leases.hold(tx, 'plugin-modals', this.instance, LEASE_MS))) return 0;
      return this.sessions.deleteExpired(tx, nowMs, SESSIONS_PER_BATCH);
    });
  }
}
