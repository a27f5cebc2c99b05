import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { Soon } from '../../platform/concurrency/index.js';
import { Outbox } from '../../platform/events/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { WebhookFanOut } from './webhook-fan-out.js';
import { WebhookSender } from './webhook-sender.js';

const POLL_INTERVAL_MS = 1_000;
/** Events of commits that come close together become deliveries together. */
const GATHER_MS = 50;

/** Drives both halves: events become deliveries, and deliveries that are due are sent. */
@Injectable()
export class WebhookDispatcher
  implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown
{
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;
  private sending: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly soon = new Soon(GATHER_MS, () => void this.begin());
  private failing = false;

  constructor(
    private readonly fanOut: WebhookFanOut,
    private readonly sender: WebhookSender,
    private readonly outbox: Outbox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.outbox.onCommit(() => {
      this.soon.ask();
    });
    // What other instances recorded, what is due again, and what failed before is found by looking.
    this.timer = setInterval(() => void this.begin(), POLL_INTERVAL_MS).unref();
  }

  /** Takes up nothing more. */
  onModuleDestroy(): void {
    this.ending.abort();
    clearInterval(this.timer);
    this.soon.cancel();
    this.sending = this.sender.stop();
  }

  /** Ends with the attempts that are being made, each within its timeout. */
  async onApplicationShutdown(): Promise<void> {
    await this.running;
    await this.sending;
  }

  /** Queues everything that was recorded before the call and sends all that is due. Never rejects. */
  async run(): Promise<void> {
    await this.begin();
    await this.sender.idle();
  }

  /** Calls that come while it works share one more round. Waits for no receiver. */
  private async begin(): Promise<void> {
    this.waiting ??= this.running.then(() => {
      this.waiting = undefined;
      this.running = this.round();
      return this.running;
    });
    return this.waiting;
  }

  private async round(): Promise<void> {
    try {
      await this.fanOut.run(this.ending.signal);
      if (this.failing) this.logger.info('events become deliveries to webhooks again');
      this.failing = false;
    } catch (error) {
      const message = 'events cannot be made deliveries to webhooks';
      if (!this.failing) this.logger.error({ err: error }, message);
      this.failing = true;
    }
    if (!this.ending.signal.aborted) await this.sender.fill();
  }
}
