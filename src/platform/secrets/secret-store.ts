import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { OperationContext } from '../authorization/index.js';
import { requireTransaction } from '../database/index.js';
import { LOGGER } from '../telemetry/index.js';
import { DamagedSecret, SecretBox, UnknownSecretKey } from './secret-box.js';
import type { SecretPlace } from './secret-place.js';
import { secretDamaged, secretKeyUnknown } from './secrets.errors.js';
import { SecretsRepository } from './secrets.repository.js';

/** An operator has to act first, so a caller need not hurry. */
const RETRY_AFTER_SECONDS = 120;

/**
 * The secrets of every feature, encrypted, in one table, so that one rotation reaches them all. The
 * owner of a secret deletes it with the row that it belongs to.
 */
@Injectable()
export class SecretStore {
  constructor(
    private readonly secrets: SecretsRepository,
    private readonly box: SecretBox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Keeps the secret of this place instead of the one before. */
  async put(tx: OperationContext, place: SecretPlace, secret: string): Promise<void> {
    requireTransaction(tx);
    const sealed = this.box.seal(place, secret);
    await this.secrets.put(tx, place, { keyId: this.box.keys.current.id, sealed });
  }

  /** @throws secret-key-unknown, secret-damaged also when it is not there */
  async get(ctx: OperationContext, place: SecretPlace): Promise<string> {
    const stored = await this.secrets.find(ctx, place);
    try {
      if (!stored) throw new DamagedSecret();
      // SECURITY: bound to the place that was asked for, whatever the row says of itself.
      return this.box.open(place, stored.sealed);
    } catch (error) {
      throw this.explain(error, place);
    }
  }

  async delete(tx: OperationContext, place: SecretPlace): Promise<void> {
    requireTransaction(tx);
    await this.secrets.delete(tx, place);
  }

  /** The log names the place, because somebody has to look at it; the answer does not. */
  private explain(error: unknown, { table, row, field }: SecretPlace): unknown {
    if (error instanceof UnknownSecretKey) return keyUnknown([error.keyId]);
    if (!(error instanceof DamagedSecret)) return error;
    this.logger.error({ table, row, field }, 'a stored secret cannot be opened');
    return secretDamaged('Store the secret again: what was stored of it cannot be opened.');
  }
}

/** SECURITY: the id of a key is made to be shown. */
export function keyUnknown(keyIds: readonly string[]) {
  return secretKeyUnknown(
    `Stored secrets are under ${keyIds.join(', ')}, which this server does not have: add the key ` +
      'of this id to PROMPTD_SECRET_KEYS_OLD on every instance.',
    { members: { keyIds }, headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) } },
  );
}
