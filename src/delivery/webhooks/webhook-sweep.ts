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
import { WebhookRemains } from './webhook-remains.js';

const INTERVAL_MS = 10 * 60 * 1000;
const LEASE_MS = 30_000;

/** Removes what is of no more use, on one instance at a time. */
@Injectable()
export class WebhookSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ctx = systemContext('webhooks');
  private readonly instance = newId();
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly remains: WebhookRemains,
    private readonly unitOfWork: UnitOfWork,
    private readonly leases: Leases,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.run(), INTERVAL_MS).unref();
  }

  /** Ends after the batch that is being removed. */
  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Never rejects: what is left is removed the next time. */
  async run(): Promise<void> {
    this.running ??= this.sweep()
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'old deliveries to webhooks could not be removed');
      })
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }

  private async sweep(): Promise<void> {
    let isOurs = true;
    while (isOurs && !this.stopped && (await this.remains.areThere(this.ctx))) {
      isOurs = await this.unitOfWork.run(this.ctx, async (tx) => {
        if (!(await this.leases.hold(tx, 'webhook-sweep', this.instance, LEASE_MS))) return false;
        await this.remains.removeSome(tx);
        return true;
      });
    }
  }
}
