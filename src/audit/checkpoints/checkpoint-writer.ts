import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { OperationContext } from '../../platform/authorization/index.js';
import { KEY_RING, type KeyRing } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { Clock } from '../../platform/time/index.js';
import { AuditLease } from '../audit-lease.js';
import { AuditRepository } from '../audit.repository.js';
import { emptyTrail, type TrailHead } from '../verification.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { signCheckpoint } from './sign-checkpoint.js';

/** What makes a checkpoint due: so many entries since the last one, or any after so long. */
const EVERY_ENTRIES = 1_000;
const EVERY_MS = 60_000;

/** Signs where the trail has come to. */
@Injectable()
export class CheckpointWriter {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly lease: AuditLease,
    private readonly audit: AuditRepository,
    private readonly checkpoints: CheckpointsRepository,
    private readonly clock: Clock,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Writes a checkpoint when one is due and it is this instance's turn.
   *
   * @param now whether any new entry makes one due
   */
  async write(ctx: OperationContext, { now }: { readonly now: boolean }): Promise<void> {
    // Looking takes no lock, so that an idle instance writes nothing.
    if (!(await this.findDue(ctx, now))) return;
    const checkpoint = await this.unitOfWork.run(ctx, async (tx) => {
      if (!(await this.lease.hold(tx))) return undefined;
      const head = await this.findDue(tx, now);
      if (!head) return undefined;
      const signed = signCheckpoint(head, this.clock.nowMs(), this.keys['audit-checkpoint']);
      await this.checkpoints.insert(tx, signed);
      return signed;
    });
    if (checkpoint) this.logger.info({ checkpoint }, 'audit checkpoint');
  }

  /** The head of the trail, when it needs a checkpoint. */
  private async findDue(ctx: OperationContext, now: boolean): Promise<TrailHead | undefined> {
    const head = await this.audit.getHead(ctx);
    const last = await this.checkpoints.findNewest(ctx);
    const entries = head.sequence - (last ?? emptyTrail).sequence;
    const elapsedMs = last ? this.clock.nowMs() - Date.parse(last.at) : Infinity;
    const isDue = now || entries >= EVERY_ENTRIES || elapsedMs >= EVERY_MS;
    return entries > 0 && isDue ? head : undefined;
  }
}
