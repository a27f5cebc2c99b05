import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { Database, violatedUnique } from '../../platform/database/index.js';
import { Clock } from '../../platform/time/index.js';
import { type IdentityRow, identityRows } from './identities.rows.js';
import type { Identity } from './identity.js';
import { NewcomerRaced } from './newcomer-raced.js';

@Injectable()
export class IdentitiesRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async find(
    ctx: OperationContext,
    { issuer, subject }: Pick<Identity, 'issuer' | 'subject'>,
  ): Promise<Identity | undefined> {
    const row = await this.database.rows(ctx, identityRows).findOneBy({ issuer, subject });
    return row ? identityFrom(row) : undefined;
  }

  /** @throws NewcomerRaced when the same subject is signing in for the first time elsewhere */
  async insert(tx: OperationContext, identity: Omit<Identity, 'id'>): Promise<Identity> {
    const row = { id: newId(), ...identity, createdAt: this.clock.nowMs() };
    try {
      await this.database.rows(tx, identityRows).insert({ ...row });
    } catch (cause) {
      if (violatedUnique(cause) !== 'uq_identities_subject') throw cause;
      throw new NewcomerRaced('this subject has an identity', { cause });
    }
    return identityFrom(row);
  }
}

function identityFrom({ id, userId, issuer, subject }: IdentityRow): Identity {
  return { id, userId, issuer, subject };
}
