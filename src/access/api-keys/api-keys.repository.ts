import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { actorOf, type OperationContext, type Verb } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { actorColumns, actorFrom, Database, forUpdate } from '../../platform/database/index.js';
import { type Page, pageOf, type PageRequest, textOf } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import type { ApiKey, ApiKeyDraft } from './api-key.js';
import { type ApiKeyRow, apiKeyRows } from './api-keys.rows.js';

export interface NewApiKey extends ApiKeyDraft {
  readonly projectId: string;
  readonly prefix: string;
  readonly keyHash: string;
}

export interface RotatedSecret {
  readonly prefix: string;
  readonly keyHash: string;
  /** Until when the secret before this one works. */
  readonly previousExpiresAtMs: number;
  readonly expiresAtMs: number | null;
}

@Injectable()
export class ApiKeysRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async insert(tx: OperationContext, { expiresAtMs, ...key }: NewApiKey): Promise<ApiKey> {
    const row: ApiKeyRow = {
      id: newId(),
      ...key,
      previousKeyHash: null,
      previousExpiresAt: null,
      verbs: JSON.stringify(key.verbs),
      prompts: JSON.stringify(key.prompts),
      labels: JSON.stringify(key.labels),
      createdAt: this.clock.nowMs(),
      ...actorColumns('createdBy', actorOf(tx.principal)),
      expiresAt: expiresAtMs,
      lastUsedAt: null,
      revokedAt: null,
    };
    await this.database.rows(tx, apiKeyRows).insert({ ...row });
    return apiKeyFrom(row);
  }

  /** By the hash of what it is, or of what it was while that still works. */
  async findByHash(ctx: OperationContext, keyHash: string): Promise<ApiKey | undefined> {
    const row = await this.database
      .rows(ctx, apiKeyRows)
      .findOneBy([
        { keyHash },
        { previousKeyHash: keyHash, previousExpiresAt: MoreThan(this.clock.nowMs()) },
      ]);
    return row ? apiKeyFrom(row) : undefined;
  }

  /** The key, locked until the transaction ends. */
  async lock(tx: OperationContext, projectId: string, id: string): Promise<ApiKey | undefined> {
    const query = this.database
      .rows(tx, apiKeyRows)
      .createQueryBuilder('api_key')
      .where('api_key.projectId = :projectId AND api_key.id = :id', { projectId, id });
    const row = await forUpdate(this.database, query).getOne();
    return row ? apiKeyFrom(row) : undefined;
  }

  /** Oldest first, the revoked ones among them. */
  async list(ctx: OperationContext, projectId: string, page: PageRequest): Promise<Page<ApiKey>> {
    const query = this.database
      .rows(ctx, apiKeyRows)
      .createQueryBuilder('api_key')
      .where('api_key.projectId = :projectId', { projectId })
      .orderBy('api_key.id', 'ASC');
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) query.andWhere('api_key.id > :after', { after: textOf(page.after) });
    const rows = await query.limit(page.limit + 1).getMany();
    return pageOf(rows.map(apiKeyFrom), page.limit, (key) => [key.id], total);
  }

  /** Gives the key, which the caller has locked, another secret and perhaps another expiry. */
  async rotate(tx: OperationContext, key: ApiKey, rotated: RotatedSecret): Promise<ApiKey> {
    const { prefix, keyHash, previousExpiresAtMs, expiresAtMs } = rotated;
    // DIALECT: MySQL assigns from left to right, and would keep the new hash as the previous one.
    await this.database
      .rows(tx, apiKeyRows)
      .createQueryBuilder()
      .update()
      .set({ previousKeyHash: () => 'key_hash', previousExpiresAt: previousExpiresAtMs })
      .where({ id: key.id })
      .execute();
    await this.database
      .rows(tx, apiKeyRows)
      .update({ id: key.id }, { prefix, keyHash, expiresAt: expiresAtMs });
    return { ...key, prefix, expiresAtMs, previousExpiresAtMs };
  }

  async revoke(tx: OperationContext, key: ApiKey): Promise<ApiKey> {
    const revokedAt = this.clock.nowMs();
    await this.database
      .rows(tx, apiKeyRows)
      .update({ id: key.id, revokedAt: IsNull() }, { revokedAt });
    return { ...key, revokedAtMs: revokedAt };
  }

  /** Notes that the key was used now, unless that was noted after `olderThanMs`. */
  async touch(tx: OperationContext, id: string, olderThanMs: number): Promise<void> {
    await this.database
      .rows(tx, apiKeyRows)
      .createQueryBuilder()
      .update()
      .set({ lastUsedAt: this.clock.nowMs() })
      .where('id = :id AND (last_used_at IS NULL OR last_used_at < :olderThanMs)', {
        id,
        olderThanMs,
      })
      .execute();
  }
}

function apiKeyFrom(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    projectId: row.projectId,
    name: row.name,
    prefix: row.prefix,
    verbs: JSON.parse(row.verbs) as Verb[],
    prompts: JSON.parse(row.prompts) as string[],
    labels: JSON.parse(row.labels) as string[],
    createdAtMs: row.createdAt,
    createdBy: actorFrom(row, 'createdBy'),
    expiresAtMs: row.expiresAt,
    previousExpiresAtMs: row.previousExpiresAt,
    lastUsedAtMs: row.lastUsedAt,
    revokedAtMs: row.revokedAt,
  };
}
