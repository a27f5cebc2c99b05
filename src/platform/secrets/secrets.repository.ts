import { Injectable } from '@nestjs/common';
import { In, MoreThan, Not } from 'typeorm';
import type { OperationContext } from '../authorization/index.js';
import { newId } from '../crypto/index.js';
import { Database } from '../database/index.js';
import { Clock } from '../time/index.js';
import type { SecretPlace } from './secret-place.js';
import { type SecretRow, secretRows } from './secrets.rows.js';

/** A secret as it is stored, with where it belongs. */
export interface StoredSecret {
  readonly id: string;
  readonly place: SecretPlace;
  readonly sealed: string;
}

/** How many secrets are under one key. */
export interface KeyUse {
  readonly keyId: string;
  readonly secrets: number;
}

@Injectable()
export class SecretsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Inserts the secret or replaces the one of this place. */
  async put(
    tx: OperationContext,
    place: SecretPlace,
    { keyId, sealed }: { readonly keyId: string; readonly sealed: string },
  ): Promise<void> {
    const at = this.clock.nowMs();
    await this.database
      .rows(tx, secretRows)
      .createQueryBuilder()
      .insert()
      .values({ id: newId(), ...owner(place), keyId, sealed, createdAt: at, updatedAt: at })
      .orUpdate(
        ['project_id', 'key_id', 'sealed', 'updated_at'],
        ['owner_table', 'owner_row', 'field'],
      )
      .execute();
  }

  async find(ctx: OperationContext, place: SecretPlace): Promise<StoredSecret | undefined> {
    const row = await this.database.rows(ctx, secretRows).findOneBy(key(place));
    return row ? storedFrom(row) : undefined;
  }

  async delete(tx: OperationContext, place: SecretPlace): Promise<void> {
    await this.database.rows(tx, secretRows).delete(key(place));
  }

  /** Secrets under any of the keys, in the order of their ids. */
  async listUnder(
    ctx: OperationContext,
    keyIds: readonly string[],
    { afterId, limit }: { readonly afterId: string; readonly limit: number },
  ): Promise<readonly StoredSecret[]> {
    const rows = await this.database.rows(ctx, secretRows).find({
      where: { keyId: In([...keyIds]), id: MoreThan(afterId) },
      order: { id: 'ASC' },
      take: limit,
    });
    return rows.map(storedFrom);
  }

  /** Keeps another sealed text of a secret, unless it changed since it was read. */
  async replace(
    tx: OperationContext,
    { id, sealed: before }: StoredSecret,
    { keyId, sealed }: { readonly keyId: string; readonly sealed: string },
  ): Promise<boolean> {
    const updatedAt = this.clock.nowMs();
    const { affected } = await this.database
      .rows(tx, secretRows)
      .update({ id, sealed: before }, { keyId, sealed, updatedAt });
    return affected === 1;
  }

  async countNotUnder(ctx: OperationContext, keyId: string): Promise<number> {
    return this.database.rows(ctx, secretRows).countBy({ keyId: Not(keyId) });
  }

  /** Every key that secrets are under. */
  async countByKey(ctx: OperationContext): Promise<readonly KeyUse[]> {
    const counts = await this.database
      .rows(ctx, secretRows)
      .createQueryBuilder('secret')
      .select('secret.keyId', 'keyId')
      .addSelect('COUNT(*)', 'secrets')
      .groupBy('secret.keyId')
      .orderBy('secret.keyId', 'ASC')
      .getRawMany<{ keyId: string; secrets: unknown }>();
    return counts.map(({ keyId, secrets }) => ({ keyId, secrets: Number(secrets) }));
  }
}

function key({ table, row, field }: SecretPlace) {
  return { ownerTable: table, ownerRow: row, field };
}

function owner(place: SecretPlace) {
  return { ...key(place), projectId: place.project };
}

function storedFrom({ id, ownerTable, ownerRow, field, projectId, sealed }: SecretRow) {
  const place: SecretPlace = { table: ownerTable, row: ownerRow, project: projectId, field };
  return { id, place, sealed };
}
