import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../authorization/index.js';
import { type PublicKey, type PublishedPurpose } from '../crypto/index.js';
import { Database, forUpdate } from '../database/index.js';
import { Clock } from '../time/index.js';
import type { PublishedKey } from './published-key.js';
import { currentSigningKeyRows, signingKeyRows } from './signing-keys.rows.js';

@Injectable()
export class SigningKeysRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Those of one purpose together, in the order in which they were first used. */
  async list(ctx: OperationContext): Promise<readonly PublishedKey[]> {
    const rows = await this.database
      .rows(ctx, signingKeyRows)
      .find({ order: { purpose: 'ASC', firstUsedAt: 'ASC', keyId: 'ASC' } });
    const current = await this.currentIds(ctx);
    return rows.map(({ keyId, purpose, publicKey, firstUsedAt }) => ({
      keyId,
      purpose: purpose as PublishedPurpose,
      alg: 'ed25519',
      publicKey,
      firstUsedAtMs: firstUsedAt,
      current: current.get(purpose) === keyId,
    }));
  }

  /** By purpose. */
  async currentIds(ctx: OperationContext): Promise<ReadonlyMap<string, string | null>> {
    const rows = await this.database.rows(ctx, currentSigningKeyRows).find();
    return new Map(rows.map(({ purpose, keyId }) => [purpose, keyId]));
  }

  /** The key in use for a purpose. Whoever else asks waits until the transaction ends. */
  async lockCurrentId(tx: OperationContext, purpose: PublishedPurpose): Promise<string | null> {
    const query = this.database
      .rows(tx, currentSigningKeyRows)
      .createQueryBuilder('current')
      .where('current.purpose = :purpose', { purpose });
    return (await forUpdate(this.database, query).getOneOrFail()).keyId;
  }

  /** False when the key is there already. The caller holds the lock of its purpose. */
  async insertIfNew(
    tx: OperationContext,
    { keyId, purpose, publicKey }: PublicKey,
  ): Promise<boolean> {
    const rows = this.database.rows(tx, signingKeyRows);
    if (await rows.existsBy({ keyId })) return false;
    await rows.insert({ keyId, purpose, publicKey, firstUsedAt: this.clock.nowMs() });
    return true;
  }

  async setCurrent(tx: OperationContext, { keyId, purpose }: PublicKey): Promise<void> {
    await this.database.rows(tx, currentSigningKeyRows).update({ purpose }, { keyId });
  }
}
