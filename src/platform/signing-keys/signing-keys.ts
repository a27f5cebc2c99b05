import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type OperationContext, systemContext } from '../authorization/index.js';
import {
  KEY_RING,
  type KeyRing,
  type PublicKey,
  publicKeyOf,
  publishedPurposes,
} from '../crypto/index.js';
import { UnitOfWork } from '../database/index.js';
import { Outbox } from '../events/index.js';
import type { PublishedKey } from './published-key.js';
import { signingKeyChanged, signingKeyRegistered } from './signing-keys.events.js';
import { SigningKeysRepository } from './signing-keys.repository.js';

/**
 * The public keys of everything this instance, or one before it, has signed for good. A key is
 * written down before the first signature by it and stays, so that signatures outlive their seed.
 */
@Injectable()
export class SigningKeys implements OnModuleInit {
  private readonly own: readonly PublicKey[];

  constructor(
    @Inject(KEY_RING) keys: KeyRing,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly repository: SigningKeysRepository,
  ) {
    this.own = publishedPurposes
      .map((purpose) => publicKeyOf(keys[purpose], purpose))
      .sort(byPurpose);
  }

  /** Before anything else starts, because background work signs too. */
  async onModuleInit(): Promise<void> {
    await this.register(systemContext('start'));
  }

  /** Sorted by purpose and by the time of their first use. */
  async list(ctx: OperationContext): Promise<readonly PublishedKey[]> {
    return this.repository.list(ctx);
  }

  /** Instances that start at the same time take turns; most of them find nothing to write. */
  private async register(ctx: OperationContext): Promise<void> {
    const current = await this.repository.currentIds(ctx);
    if (this.own.every(({ keyId, purpose }) => current.get(purpose) === keyId)) return;
    await this.unitOfWork.run(ctx, async (tx) => {
      for (const key of this.own) await this.makeCurrent(tx, key);
    });
  }

  private async makeCurrent(tx: OperationContext, key: PublicKey): Promise<void> {
    const previous = await this.repository.lockCurrentId(tx, key.purpose);
    if (previous === key.keyId) return;
    if (await this.repository.insertIfNew(tx, key)) {
      this.outbox.record(tx, signingKeyRegistered(key));
    }
    await this.repository.setCurrent(tx, key);
    if (previous !== null) this.outbox.record(tx, signingKeyChanged(key, previous));
  }
}

/** The order in which their rows are locked, the same on every instance. */
function byPurpose(a: PublicKey, b: PublicKey): number {
  return a.purpose < b.purpose ? -1 : 1;
}
