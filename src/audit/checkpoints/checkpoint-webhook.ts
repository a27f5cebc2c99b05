import type { OperationContext } from '../../platform/authorization/index.js';
import { digestOf, newId } from '../../platform/crypto/index.js';
import type { Leases, UnitOfWork } from '../../platform/database/index.js';
import type { OutboundHttp } from '../../platform/outbound/index.js';
import type { AuditCheckpoint } from '../verification.js';
import type { CheckpointTarget } from './checkpoint-target.js';
import type { CheckpointsRepository } from './checkpoints.repository.js';

const TIMEOUT_MS = 5_000;
/** Longer than one call may take, so that no other instance begins while this one waits for it. */
const LEASE_MS = 30_000;

/**
 * Posts each checkpoint as JSON; any answer of 2xx takes it. How far it is stands in a row under the
 * digest of the address, so that a new address is given every checkpoint from the first one on.
 */
export class CheckpointWebhook implements CheckpointTarget {
  readonly name = 'webhook';
  private readonly instance = newId();
  private readonly target: string;

  constructor(
    private readonly url: string,
    private readonly http: OutboundHttp,
    private readonly unitOfWork: UnitOfWork,
    private readonly leases: Leases,
    private readonly checkpoints: CheckpointsRepository,
  ) {
    this.target = digestOf(url);
  }

  async catchUp(ctx: OperationContext, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = await this.takeTurn(ctx);
      if (!next) return;
      await this.post(next);
      await this.unitOfWork.run(ctx, async (tx) => {
        await this.checkpoints.recordExport(tx, this.target, next.sequence);
      });
    }
  }

  /** Undefined when there is nothing to send, or another instance does it. */
  private async takeTurn(ctx: OperationContext): Promise<AuditCheckpoint | undefined> {
    // Looking takes no lock, so that an idle instance writes nothing.
    if (!(await this.findNext(ctx))) return undefined;
    return this.unitOfWork.run(ctx, async (tx) => {
      const isOurs = await this.leases.hold(tx, 'audit-webhook', this.instance, LEASE_MS);
      return isOurs ? this.findNext(tx) : undefined;
    });
  }

  private async findNext(ctx: OperationContext): Promise<AuditCheckpoint | undefined> {
    const sent = await this.checkpoints.exportedUpTo(ctx, this.target);
    return (await this.checkpoints.listAfter(ctx, sent, 1))[0];
  }

  private async post(checkpoint: AuditCheckpoint): Promise<void> {
    const { status } = await this.http.send({
      method: 'POST',
      url: this.url,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(checkpoint),
      timeoutMs: TIMEOUT_MS,
    });
    if (status < 200 || status > 299) throw new Error(`the webhook answered ${status}`);
  }
}
