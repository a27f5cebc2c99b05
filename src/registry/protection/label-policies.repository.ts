import { Injectable } from '@nestjs/common';
import { actorOf, type OperationContext } from '../../platform/authorization/index.js';
import { actorColumns, actorFrom, Database, forUpdate } from '../../platform/database/index.js';
import { Clock } from '../../platform/time/index.js';
import { type LabelPolicyRow, labelPolicyRows } from './label-policies.rows.js';
import type { LabelPolicy, LabelRules, Mover } from './label-policy.js';

@Injectable()
export class LabelPoliciesRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async find(
    ctx: OperationContext,
    projectId: string,
    label: string,
  ): Promise<LabelPolicy | undefined> {
    const row = await this.database.rows(ctx, labelPolicyRows).findOneBy({ projectId, label });
    return row ? policyFrom(row) : undefined;
  }

  /** As `find`, with the policy locked until the transaction ends. */
  async lock(
    tx: OperationContext,
    projectId: string,
    label: string,
  ): Promise<LabelPolicy | undefined> {
    const query = this.database
      .rows(tx, labelPolicyRows)
      .createQueryBuilder('policy')
      .where('policy.projectId = :projectId AND policy.label = :label', { projectId, label });
    const row = await forUpdate(this.database, query).getOne();
    return row ? policyFrom(row) : undefined;
  }

  /** By label. */
  async list(ctx: OperationContext, projectId: string): Promise<readonly LabelPolicy[]> {
    const rows = await this.database
      .rows(ctx, labelPolicyRows)
      .find({ where: { projectId }, order: { label: 'ASC' } });
    return rows.map(policyFrom);
  }

  /** Makes the policy, or puts it in the place of the one there is. */
  async put(
    tx: OperationContext,
    projectId: string,
    label: string,
    rules: LabelRules,
  ): Promise<LabelPolicy> {
    const row: LabelPolicyRow = {
      projectId,
      label,
      movers: JSON.stringify(rules.movers),
      approvals: rules.approvals,
      requiresExpected: rules.requiresExpected,
      soakLabel: rules.soak?.label ?? null,
      soakMs: rules.soak?.durationMs ?? null,
      updatedAt: this.clock.nowMs(),
      ...actorColumns('updatedBy', actorOf(tx.principal)),
    };
    await this.database.rows(tx, labelPolicyRows).upsert(row, ['projectId', 'label']);
    return policyFrom(row);
  }

  async delete(tx: OperationContext, { projectId, label }: LabelPolicy): Promise<void> {
    await this.database.rows(tx, labelPolicyRows).delete({ projectId, label });
  }
}

function policyFrom(row: LabelPolicyRow): LabelPolicy {
  const { soakLabel, soakMs } = row;
  return {
    projectId: row.projectId,
    label: row.label,
    movers: JSON.parse(row.movers) as Mover[],
    approvals: row.approvals,
    requiresExpected: row.requiresExpected,
    soak: soakLabel === null || soakMs === null ? null : { label: soakLabel, durationMs: soakMs },
    updatedAtMs: row.updatedAt,
    updatedBy: actorFrom(row, 'updatedBy'),
  };
}
