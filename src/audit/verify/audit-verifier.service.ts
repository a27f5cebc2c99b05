import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { BoundedQueue } from '../../platform/concurrency/index.js';
import { overloaded } from '../../platform/errors/index.js';
import { SigningKeys } from '../../platform/signing-keys/index.js';
import { AuditRepository } from '../audit.repository.js';
import { CheckpointsRepository } from '../checkpoints/checkpoints.repository.js';
import { TrailReader } from '../trail-reader.js';
import { type AuditCheckpoint, type TrailReport, verifyTrail } from '../verification.js';

/** Each keeps a core busy for as long as it runs. */
const MAX_RUNS = 2;
const RETRY_AFTER_SECONDS = 10;

export interface Verification extends TrailReport {
  readonly durationMs: number;
}

@Injectable()
export class AuditVerifier {
  private readonly runs = new BoundedQueue({
    concurrency: MAX_RUNS,
    maxWaiting: 0,
    refusal: () =>
      overloaded(`This instance verifies the trail for ${MAX_RUNS} callers already.`, {
        headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
      }),
  });

  constructor(
    private readonly policy: Policy,
    private readonly repository: AuditRepository,
    private readonly checkpoints: CheckpointsRepository,
    private readonly reader: TrailReader,
    private readonly keys: SigningKeys,
  ) {}

  /**
   * Checks the whole trail as it is now; what is appended meanwhile is left out.
   *
   * @throws unauthenticated, forbidden
   * @throws overloaded while enough others do the same
   */
  async verify(ctx: OperationContext): Promise<Verification> {
    await this.policy.requireInstance(ctx, 'audit:read-instance');
    return this.runs.run(async () => {
      const start = performance.now();
      const report = await this.walk(ctx);
      return { ...report, durationMs: Math.round(performance.now() - start) };
    });
  }

  private async walk(ctx: OperationContext): Promise<TrailReport> {
    // In this order, whatever is appended between them, no checkpoint and no entry is past the head.
    const newest = await this.checkpoints.findNewest(ctx);
    const last = await this.repository.lastSequence(ctx);
    const head = await this.repository.getHead(ctx);
    return verifyTrail(this.reader.read(ctx, {}, Math.max(last, head.sequence)), {
      checkpoints: this.checkpointsUpTo(ctx, newest?.sequence ?? 0),
      keys: await this.keys.list(ctx),
      head,
    });
  }

  private async *checkpointsUpTo(
    ctx: OperationContext,
    upTo: number,
  ): AsyncGenerator<AuditCheckpoint, void, undefined> {
    for (let after = 0; after < upTo;) {
      const batch = await this.checkpoints.listAfter(ctx, after);
      yield* batch.filter(({ sequence }) => sequence <= upTo);
      after = batch.at(-1)?.sequence ?? upTo;
    }
  }
}
