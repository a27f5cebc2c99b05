import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import type { OperationContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { Database } from '../../platform/database/index.js';
import { type Page, pageOf, type PageRequest, textOf } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import { userRows } from '../users/users.rows.js';
import type { VerifiedCredential } from '../verified-credentials.js';
import {
  refreshIdleMs,
  type RefreshTokenRecord,
  type Session,
  type SessionEnd,
  sessionLifetimeMs,
} from './session.js';
import { refreshTokenRows, type SessionRow, sessionRows } from './sessions.rows.js';

interface RawCaller {
  name: string;
  /** DIALECT: 0 and 1 on SQLite and MySQL. */
  instanceAdmin: boolean | number;
  mustChangePassword: boolean | number;
  expiresAt: string | number;
}

@Injectable()
export class SessionsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async insert(tx: OperationContext, userId: string): Promise<Session> {
    const at = this.clock.nowMs();
    const row: SessionRow = {
      id: newId(),
      userId,
      createdAt: at,
      lastUsedAt: at,
      expiresAt: at + sessionLifetimeMs,
      endedAt: null,
      endReason: null,
      ...tx.origin,
    };
    await this.database.rows(tx, sessionRows).insert({ ...row });
    return sessionFrom(row);
  }

  async find(ctx: OperationContext, id: string): Promise<Session | undefined> {
    const row = await this.database.rows(ctx, sessionRows).findOneBy({ id });
    return row ? sessionFrom(row) : undefined;
  }

  /** The sessions of a user that can still be used, newest first. */
  async listOpen(ctx: OperationContext, userId: string, page: PageRequest): Promise<Page<Session>> {
    const now = this.clock.nowMs();
    const query = this.database
      .rows(ctx, sessionRows)
      .createQueryBuilder('session')
      .where('session.userId = :userId AND session.endedAt IS NULL', { userId })
      .andWhere('session.expiresAt > :now', { now })
      // Nobody holds a token of it any more that works.
      .andWhere('session.lastUsedAt > :idleSince', { idleSince: now - refreshIdleMs })
      .orderBy('session.id', 'DESC');
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) query.andWhere('session.id < :after', { after: textOf(page.after) });
    const rows = await query.limit(page.limit + 1).getMany();
    return pageOf(rows.map(sessionFrom), page.limit, ({ id }) => [id], total);
  }

  /**
   * The user behind a session, as the database knows both now; undefined when the session ended or
   * expired, or the user is deactivated.
   */
  async findCaller(
    ctx: OperationContext,
    sessionId: string,
    userId: string,
  ): Promise<VerifiedCredential | undefined> {
    const caller = await this.database
      .rows(ctx, sessionRows)
      .createQueryBuilder('session')
      .innerJoin(userRows.table, 'account', 'account.id = session.userId')
      .select('account.username', 'name')
      .addSelect('account.instanceAdmin', 'instanceAdmin')
      .addSelect('account.mustChangePassword', 'mustChangePassword')
      .addSelect('session.expiresAt', 'expiresAt')
      .where('session.id = :sessionId AND account.id = :userId', { sessionId, userId })
      .andWhere('session.endedAt IS NULL AND session.expiresAt > :now', { now: this.clock.nowMs() })
      .andWhere('account.deactivatedAt IS NULL')
      .getRawOne<RawCaller>();
    if (!caller) return undefined;
    return {
      principal: {
        kind: 'user',
        id: userId,
        name: caller.name,
        sessionId,
        instanceAdmin: Boolean(caller.instanceAdmin),
        mustChangePassword: Boolean(caller.mustChangePassword),
      },
      validUntilMs: Number(caller.expiresAt),
    };
  }

  /** False when it had ended before. */
  async end(tx: OperationContext, id: string, reason: SessionEnd): Promise<boolean> {
    const ended = await this.database
      .rows(tx, sessionRows)
      .update({ id, endedAt: IsNull() }, { endedAt: this.clock.nowMs(), endReason: reason });
    return ended.affected === 1;
  }

  /** Ends every session of the user, or every one but `keep`; answers how many. */
  async endAllOf(
    tx: OperationContext,
    userId: string,
    reason: SessionEnd,
    keep?: string,
  ): Promise<number> {
    const ended = await this.database
      .rows(tx, sessionRows)
      .update(
        { userId, endedAt: IsNull(), ...(keep !== undefined && { id: Not(keep) }) },
        { endedAt: this.clock.nowMs(), endReason: reason },
      );
    return ended.affected ?? 0;
  }

  /** Adds a refresh token to the session; answers when it expires. */
  async insertToken(tx: OperationContext, session: Session, tokenHash: string): Promise<number> {
    const at = this.clock.nowMs();
    const expiresAt = Math.min(at + refreshIdleMs, session.expiresAtMs);
    await this.database.rows(tx, refreshTokenRows).insert({
      id: newId(),
      sessionId: session.id,
      tokenHash,
      createdAt: at,
      expiresAt,
      usedAt: null,
    });
    await this.database.rows(tx, sessionRows).update({ id: session.id }, { lastUsedAt: at });
    return expiresAt;
  }

  async findToken(
    ctx: OperationContext,
    tokenHash: string,
  ): Promise<RefreshTokenRecord | undefined> {
    const row = await this.database.rows(ctx, refreshTokenRows).findOneBy({ tokenHash });
    if (!row) return undefined;
    return { id: row.id, sessionId: row.sessionId, expiresAtMs: row.expiresAt };
  }

  /** Marks the token as used. True for exactly one of all who try, however many at once. */
  async useToken(tx: OperationContext, id: string): Promise<boolean> {
    const used = await this.database
      .rows(tx, refreshTokenRows)
      .update({ id, usedAt: IsNull() }, { usedAt: this.clock.nowMs() });
    return used.affected === 1;
  }
}

function sessionFrom(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.userId,
    createdAtMs: row.createdAt,
    lastUsedAtMs: row.lastUsedAt,
    expiresAtMs: row.expiresAt,
    ended: row.endedAt !== null,
    origin: { ip: row.ip, userAgent: row.userAgent },
  };
}
