import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { actorOf, type OperationContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { actorColumns, actorFrom, Database } from '../../platform/database/index.js';
import { Clock } from '../../platform/time/index.js';
import type { Capability, VetoEvent } from '../package/manifest.js';
import type { Approval, ApprovedRelease } from './approval.js';
import { type ApprovalRow, approvalRows } from './approvals.rows.js';

export interface NewApproval extends ApprovedRelease {
  readonly granted: readonly Capability[];
  readonly guards: readonly VetoEvent[];
}

@Injectable()
export class ApprovalsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Every approval there ever was of plugins of this name, the oldest first. */
  async listOf(ctx: OperationContext, name: string): Promise<readonly Approval[]> {
    const rows = await this.rows(ctx).find({ where: { name }, order: { id: 'ASC' } });
    return rows.map(approvalFrom);
  }

  /** Those that stand, of all plugins, the last that was given last. */
  async listStanding(ctx: OperationContext): Promise<readonly Approval[]> {
    const order = { approvedAt: 'ASC', id: 'ASC' } as const;
    const rows = await this.rows(ctx).find({ where: { withdrawnAt: IsNull() }, order });
    return rows.map(approvalFrom);
  }

  /** What the approved bytes guard, where nobody wrote it down when they were approved. */
  async addGuards(
    tx: OperationContext,
    name: string,
    treeDigest: string,
    guards: readonly VetoEvent[],
  ): Promise<void> {
    const unknown = { name, treeDigest, guards: IsNull() };
    await this.rows(tx).update(unknown, { guards: JSON.stringify(guards) });
  }

  /**
   * Puts an approval in the place of what was said about the same tree and key before. The caller has
   * locked the signer, so that nobody else does so at the same time.
   */
  async put(tx: OperationContext, approval: NewApproval): Promise<Approval> {
    const { name, treeDigest, keyId } = approval;
    const before = await this.rows(tx).findOneBy({ name, treeDigest, keyId });
    const decision = {
      granted: JSON.stringify(approval.granted),
      guards: JSON.stringify(approval.guards),
      approvedAt: this.clock.nowMs(),
      ...actorColumns('approvedBy', actorOf(tx.principal)),
      withdrawnAt: null,
    };
    if (before) {
      await this.rows(tx).update({ id: before.id }, decision);
      return approvalFrom({ ...before, ...decision });
    }
    const row: ApprovalRow = { id: newId(), ...approval, ...decision };
    await this.rows(tx).insert({ ...row });
    return approvalFrom(row);
  }

  /** Answers how many stood until now. */
  async withdraw(tx: OperationContext, name: string, treeDigest: string): Promise<number> {
    const { affected } = await this.rows(tx).update(
      { name, treeDigest, withdrawnAt: IsNull() },
      { withdrawnAt: this.clock.nowMs() },
    );
    return affected ?? 0;
  }

  private rows(ctx: OperationContext) {
    return this.database.rows(ctx, approvalRows);
  }
}

function approvalFrom(row: ApprovalRow): Approval {
  const { id, name, treeDigest, keyId, version, releaseSeq } = row;
  return {
    ...{ id, name, treeDigest, keyId, version, releaseSeq },
    granted: JSON.parse(row.granted) as Capability[],
    guards: row.guards === null ? null : (JSON.parse(row.guards) as VetoEvent[]),
    approvedAtMs: row.approvedAt,
    approvedBy: actorFrom(row, 'approvedBy'),
    withdrawnAtMs: row.withdrawnAt,
  };
}
