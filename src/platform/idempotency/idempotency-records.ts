import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Claim, OperationContext } from '../authorization/index.js';
import { requireTransaction, UnitOfWork } from '../database/index.js';
import { LOGGER } from '../telemetry/index.js';
import { Clock } from '../time/index.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';
import type { KeptAnswer } from './kept-answer.js';

/** How long a key stands for one request. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** An instance needs no longer from COMMIT to the answer, unless it is gone. */
const ANSWERED_WITHIN_MS = 60_000;

/** A request that took effect. */
export interface IdempotencyRecord {
  readonly fingerprint: string;
  /** `pending` may still be answered; `lost` never will be. */
  readonly answer: KeptAnswer | 'pending' | 'lost';
}

/** The claim of one request, which knows whether it became a row. */
export interface KeyClaim extends Claim {
  readonly isSettled: () => boolean;
}

/** Which requests took effect under which key. Contexts given here carry no claim themselves. */
@Injectable()
export class IdempotencyRecords {
  constructor(
    private readonly keys: IdempotencyKeysRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Undefined when nothing took effect under the key, or nothing within the last 24 hours. */
  async find(ctx: OperationContext, keyHash: string): Promise<IdempotencyRecord | undefined> {
    const row = await this.keys.find(ctx, keyHash);
    if (!row) return undefined;
    const now = this.clock.nowMs();
    if (row.expiresAt <= now) {
      // It would stand in the way of the claim that may follow.
      await this.unitOfWork.run(ctx, (tx) => this.keys.deleteIfExpired(tx, keyHash, now));
      return undefined;
    }
    const { fingerprint, createdAt, answer } = row;
    if (answer !== null) return { fingerprint, answer: JSON.parse(answer) as KeptAnswer };
    return { fingerprint, answer: createdAt + ANSWERED_WITHIN_MS > now ? 'pending' : 'lost' };
  }

  /** A request of several transactions is settled by the first that commits. */
  claim(keyHash: string, fingerprint: string): KeyClaim {
    let settled = false;
    return {
      isSettled: () => settled,
      write: async (tx) => {
        if (settled) return;
        const createdAt = this.clock.nowMs();
        const expiresAt = createdAt + KEPT_MS;
        await this.keys.insert(tx, { keyHash, fingerprint, createdAt, expiresAt, answer: null });
        requireTransaction(tx).afterCommit.push(() => {
          settled = true;
        });
      },
    };
  }

  /** Never rejects: the request took effect, and its caller must hear so. */
  async keep(ctx: OperationContext, keyHash: string, answer: KeptAnswer): Promise<void> {
    const text = JSON.stringify(answer);
    try {
      await this.unitOfWork.run(ctx, (tx) => this.keys.setAnswer(tx, keyHash, text));
    } catch (error) {
      this.logger.warn({ err: error, requestId: ctx.requestId }, 'an answer could not be kept');
    }
  }
}
