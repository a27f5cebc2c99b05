import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Database } from '../../platform/database/index.js';
import { networkOf } from '../../platform/http/index.js';
import { sessionRows } from '../sessions/sessions.rows.js';
import { userRows } from '../users/users.rows.js';

/** How many of a user's last sessions tell where the user is at home. */
const SESSIONS = 50;

@Injectable()
export class KnownNetworksRepository {
  constructor(private readonly database: Database) {}

  /** Whether a session of the account was started in the network lately. */
  async has(ctx: OperationContext, username: string, network: string): Promise<boolean> {
    const sessions = await this.database
      .rows(ctx, sessionRows)
      .createQueryBuilder('session')
      .innerJoin(userRows.table, 'account', 'account.id = session.userId')
      .select('session.ip', 'ip')
      .where('account.username = :username', { username })
      .orderBy('session.createdAt', 'DESC')
      .limit(SESSIONS)
      .getRawMany<{ ip: string | null }>();
    return sessions.some(({ ip }) => networkOf(ip) === network);
  }
}
