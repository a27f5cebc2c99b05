import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../authorization/index.js';
import { newId } from '../crypto/index.js';
import { Leases, UnitOfWork } from '../database/index.js';
import { LOGGER } from '../telemetry/index.js';
import { Clock } from '../time/index.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';

const INTERVAL_MS = 10 * 60 * 1000;
const LEASE_MS = 30_000;
/** So few that a batch holds up no other writer for long. */
const KEYS_PER_BATCH = 500;

/** Deletes keys that expired, on one instance at a time. */
@Injectable()
export class IdempotencySweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ctx = systemContext('idempotency');
  private readonly instance = newId();
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly keys: IdempotencyKeysRepository,
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
        this.logger.warn({ err: error }, 'expired idempotency keys could not be deleted');
      })
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }

  private async sweep(): Promise<void> {
    const now = this.clock.nowMs();
    // Looking takes no lock, so that an idle instance writes nothing.
    if (!(await this.keys.hasExpired(this.ctx, now))) return;
    let deleted = KEYS_PER_BATCH;
    while (deleted === KEYS_PER_BATCH && !this.stopped) deleted = await this.deleteBatch(now);
  }

  private async deleteBatch(nowMs: number): Promise<number> {
    return this.unitOfWork.run(this.ctx, async (tx) => {
      if (!(await this.leases.hold(tx, 'idempotency', this.instance, LEASE_MS))) return 0;
      return this.keys.deleteExpired(tx, nowMs, KEYS_PER_BATCH);
    });
  }
}
