import type { Logger } from 'pino';
import type { OperationContext } from '../../platform/authorization/index.js';
import type { Clock } from '../../platform/time/index.js';
import type { CheckpointTarget } from './checkpoint-target.js';

/** A target that failed is left alone for so long. */
const RETRY_MS = 60_000;

/** Keeps one target up to date, whatever becomes of the others. */
export class CheckpointOutlet {
  private running: Promise<void> | undefined;
  private failing = false;
  private notBeforeMs = 0;

  constructor(
    private readonly target: CheckpointTarget,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Calls while it works share the work. Never rejects: a failure is logged when it begins. */
  async run(ctx: OperationContext, signal: AbortSignal): Promise<void> {
    this.running ??= this.catchUp(ctx, signal).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async catchUp(ctx: OperationContext, signal: AbortSignal): Promise<void> {
    if (this.clock.nowMs() < this.notBeforeMs) return;
    const { name: target } = this.target;
    try {
      await this.target.catchUp(ctx, signal);
      if (this.failing) this.logger.info({ target }, 'audit checkpoints are exported again');
      this.failing = false;
    } catch (error) {
      const message = 'audit checkpoints cannot be exported';
      if (!this.failing) this.logger.error({ err: error, target }, message);
      this.failing = true;
      this.notBeforeMs = this.clock.nowMs() + RETRY_MS;
    }
  }
}
