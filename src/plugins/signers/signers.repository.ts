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
import type { Capability } from '../package/manifest.js';
import type { KeyStatus } from '../signatures/trusted-key.js';
import type { Signer, SignerTerms } from './signer.js';
import { signerExists } from './signers.errors.js';
import { type SignerRow, signerRows } from './signers.rows.js';

export type NewSigner = SignerTerms & Pick<Signer, 'keyId' | 'publicKey'>;

@Injectable()
export class SignersRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws plugin-signer-exists */
  async insert(tx: OperationContext, signer: NewSigner): Promise<Signer> {
    const now = this.clock.nowMs();
    const row: SignerRow = {
      id: newId(),
      keyId: signer.keyId,
      publicKey: signer.publicKey,
      ...termColumns(signer),
      createdAt: now,
      ...actorColumns('createdBy', actorOf(tx.principal)),
      updatedAt: now,
    };
    try {
      await this.database.rows(tx, signerRows).insert({ ...row });
    } catch (cause) {
      if (violatedUnique(cause) !== 'uq_plugin_signers_key') throw cause;
      throw signerExists(`The key ${row.keyId} is enrolled; change what it may sign.`, { cause });
    }
    return signerFrom(row);
  }

  async find(ctx: OperationContext, keyId: string): Promise<Signer | undefined> {
    const row = await this.database.rows(ctx, signerRows).findOneBy({ keyId });
    return row ? signerFrom(row) : undefined;
  }

  /** The signer, locked until the transaction ends. */
  async lock(tx: OperationContext, keyId: string): Promise<Signer | undefined> {
    const query = this.database
      .rows(tx, signerRows)
      .createQueryBuilder('signer')
      .where('signer.keyId = :keyId', { keyId });
    const row = await forUpdate(this.database, query).getOne();
    return row ? signerFrom(row) : undefined;
  }

  /** By key id, which is an order and nothing more. */
  async list(ctx: OperationContext, page: PageRequest): Promise<Page<Signer>> {
    const query = this.database
      .rows(ctx, signerRows)
      .createQueryBuilder('signer')
      .orderBy('signer.keyId', 'ASC');
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) query.andWhere('signer.keyId > :after', { after: textOf(page.after) });
    const rows = await query.limit(page.limit + 1).getMany();
    return pageOf(rows.map(signerFrom), page.limit, ({ keyId }) => [keyId], total);
  }

  /** Changes a signer that the caller has locked. */
  async update(tx: OperationContext, before: Signer, terms: SignerTerms): Promise<Signer> {
    const updatedAtMs = this.clock.nowMs();
    await this.database
      .rows(tx, signerRows)
      .update({ keyId: before.keyId }, { ...termColumns(terms), updatedAt: updatedAtMs });
    return { ...before, ...terms, updatedAtMs };
  }
}

function termColumns({ label, names, capabilities, status, ...window }: SignerTerms) {
  return {
    label,
    names: JSON.stringify(names),
    capabilities: JSON.stringify(capabilities),
    status,
    validFrom: window.validFromMs,
    validUntil: window.validUntilMs,
  };
}

function signerFrom(row: SignerRow): Signer {
  return {
    keyId: row.keyId,
    publicKey: row.publicKey,
    label: row.label,
    names: JSON.parse(row.names) as string[],
    capabilities: JSON.parse(row.capabilities) as Capability[],
    status: row.status as KeyStatus,
    validFromMs: row.validFrom,
    validUntilMs: row.validUntil,
    createdAtMs: row.createdAt,
    createdBy: actorFrom(row, 'createdBy'),
    updatedAtMs: row.updatedAt,
  };
}
