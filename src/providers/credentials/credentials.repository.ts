import { Injectable } from '@nestjs/common';
import { actorOf, type OperationContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import {
  actorColumns,
  actorFrom,
  Database,
  forUpdate,
  violatedUnique,
} from '../../platform/database/index.js';
import { type Page, pageOf, type PageRequest, textOf } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import type { Credential } from './credential.js';
import { credentialExists } from './credentials.errors.js';
import { type CredentialRow, credentialRows } from './credentials.rows.js';

export type NewCredential = Pick<Credential, 'projectId' | 'name' | 'provider' | 'lastFour'>;

/** As many as somebody would want to read. */
const MAX_PROVIDERS_LISTED = 20;

@Injectable()
export class CredentialsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws credential-exists */
  async insert(tx: OperationContext, credential: NewCredential): Promise<Credential> {
    const { projectId, name, provider, lastFour } = credential;
    const row: CredentialRow = {
      id: newId(),
      ...{ projectId, name, provider, lastFour },
      createdAt: this.clock.nowMs(),
      ...actorColumns('createdBy', actorOf(tx.principal)),
    };
    try {
      await this.database.rows(tx, credentialRows).insert({ ...row });
    } catch (cause) {
      if (violatedUnique(cause) !== 'uq_credentials_name') throw cause;
      throw credentialExists(`The project has a credential ${name}; choose another name.`, {
        cause,
      });
    }
    return credentialFrom(row);
  }

  /** The credential, locked until the transaction ends. */
  async lock(tx: OperationContext, projectId: string, id: string): Promise<Credential | undefined> {
    const query = this.database
      .rows(tx, credentialRows)
      .createQueryBuilder('credential')
      .where('credential.projectId = :projectId AND credential.id = :id', { projectId, id });
    const row = await forUpdate(this.database, query).getOne();
    return row ? credentialFrom(row) : undefined;
  }

  /** Oldest first. */
  async list(
    ctx: OperationContext,
    projectId: string,
    page: PageRequest,
  ): Promise<Page<Credential>> {
    const query = this.database
      .rows(ctx, credentialRows)
      .createQueryBuilder('credential')
      .where('credential.projectId = :projectId', { projectId })
      .orderBy('credential.id', 'ASC');
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) query.andWhere('credential.id > :after', { after: textOf(page.after) });
    const rows = await query.limit(page.limit + 1).getMany();
    return pageOf(rows.map(credentialFrom), page.limit, (credential) => [credential.id], total);
  }

  /** The slugs of the providers that the project has credentials of, by name. */
  async listProviders(ctx: OperationContext, projectId: string): Promise<readonly string[]> {
    const rows = await this.database
      .rows(ctx, credentialRows)
      .createQueryBuilder('credential')
      .select('credential.provider', 'provider')
      .distinct(true)
      .where('credential.projectId = :projectId', { projectId })
      .orderBy('provider', 'ASC')
      .limit(MAX_PROVIDERS_LISTED)
      .getRawMany<Pick<CredentialRow, 'provider'>>();
    return rows.map(({ provider }) => provider);
  }

  /** Of several credentials of a provider, the one that was made last. */
  async findNewest(
    ctx: OperationContext,
    projectId: string,
    provider: string,
  ): Promise<Credential | undefined> {
    const row = await this.database
      .rows(ctx, credentialRows)
      .createQueryBuilder('credential')
      .where('credential.projectId = :projectId', { projectId })
      .andWhere('credential.provider = :provider', { provider })
      .orderBy('credential.createdAt', 'DESC')
      .addOrderBy('credential.id', 'DESC')
      .limit(1)
      .getOne();
    return row ? credentialFrom(row) : undefined;
  }

  async delete(tx: OperationContext, { id }: Credential): Promise<void> {
    await this.database.rows(tx, credentialRows).delete({ id });
  }
}

function credentialFrom(row: CredentialRow): Credential {
  const { id, projectId, name, provider, lastFour } = row;
  return {
    ...{ id, projectId, name, provider, lastFour },
    createdAtMs: row.createdAt,
    createdBy: actorFrom(row, 'createdBy'),
  };
}
