import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { type Claim, WebhookQueueRepository } from './webhook-queue.repository.js';
import { WebhookTurn } from './webhook-turn.js';

/** Webhooks that one instance sends to at a time. */
const PARALLEL_TURNS = 8;
/** Longer than an attempt and its writes may take; then another instance takes over. */
const CLAIM_MS = 30_000;

/**
 * Sends what is due. A claim is on a webhook, not on a delivery: whoever has it is the only one who
 * sends there, and sends the oldest delivery first, which keeps the order. Instances share the work
 * webhook by webhook.
 */
@Injectable()
export class WebhookSender {
  private readonly ctx = systemContext('webhooks');
  private readonly turns = new Set<Promise<void>>();
  private filling: Promise<void> = Promise.resolve();
  private stopped = false;
  private failing = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly queue: WebhookQueueRepository,
    private readonly turn: WebhookTurn,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Begins to send to as many webhooks that are due as there is room for, and to others as they end.
   * Never rejects: a failure is logged when it begins, and the next call tries again.
   */
  async fill(): Promise<void> {
    this.filling = this.filling.then(() => this.beginTurns());
    return this.filling;
  }

  /** Ends when nothing is being sent and nothing more is due. */
  async idle(): Promise<void> {
    let seen;
    do {
      seen = this.filling;
      await seen;
      await Promise.all(this.turns);
    } while (seen !== this.filling || this.turns.size > 0);
  }

  /** Begins nothing more, and ends with the attempts that are being made. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.idle();
  }

  private async beginTurns(): Promise<void> {
    const room = PARALLEL_TURNS - this.turns.size;
    if (this.stopped || room === 0) return;
    try {
      // Looking takes no lock, so that an idle instance writes nothing.
      if (!(await this.queue.hasDue(this.ctx))) return;
      // A claim of its own each time: a turn that lasted too long must lose its webhook to a later one.
      const claim: Claim = { holder: newId(), durationMs: CLAIM_MS };
      const claimed = await this.unitOfWork.run(this.ctx, (tx) =>
        this.queue.claimDue(tx, room, claim),
      );
      for (const id of claimed) this.begin(id, claim);
      if (this.failing) this.logger.info('webhooks are sent to again');
      this.failing = false;
    } catch (error) {
      this.noteFailure(error);
    }
  }

  private begin(webhookId: string, claim: Claim): void {
    const turn: Promise<void> = this.turn
      .take(this.ctx, webhookId, claim, () => this.stopped)
      .catch((error: unknown) => {
        // The claim runs out, and whoever takes over finds the delivery as it was.
        this.noteFailure(error);
      })
      .finally(() => {
        this.turns.delete(turn);
        void this.fill();
      });
    this.turns.add(turn);
  }

  private noteFailure(error: unknown): void {
    if (!this.failing) this.logger.error({ err: error }, 'webhooks cannot be sent to');
    this.failing = true;
  }
}
