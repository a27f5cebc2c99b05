import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound, preconditionFailed } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import { isLabelName, parseLabelName } from '../labels/label-name.js';
import { labelPolicyRemoved, labelPolicySet } from './label-policies.events.js';
import { LabelPoliciesRepository } from './label-policies.repository.js';
import type { LabelPolicy } from './label-policy.js';
import { type LabelRulesFields, parseLabelRules } from './label-rules.js';
import { ifMatchHolds, rulesDigest } from './rules-digest.js';

/** The policies of labels, one per label of a project. */
@Injectable()
export class LabelPoliciesService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly policies: LabelPoliciesRepository,
    private readonly outbox: Outbox,
  ) {}

  async list(ctx: OperationContext, project: string): Promise<readonly LabelPolicy[]> {
    const { id } = await this.policy.requireProject(ctx, project, 'prompt:read');
    return this.policies.list(ctx, id);
  }

  /** @throws not-found */
  async get(ctx: OperationContext, project: string, label: string): Promise<LabelPolicy> {
    const { id } = await this.policy.requireProject(ctx, project, 'prompt:read');
    const found = isLabelName(label) ? await this.policies.find(ctx, id, label) : undefined;
    if (!found) throw noSuchPolicy(label);
    return found;
  }

  /**
   * Protects the label, from its next move on, by these rules instead of those it had. The same
   * rules again change nothing.
   *
   * @throws validation-failed, precondition-failed, project-archived
   */
  async set(
    ctx: OperationContext,
    project: string,
    label: string,
    fields: LabelRulesFields,
    ifMatch: string | undefined,
  ): Promise<LabelPolicy> {
    const rules = parseLabelRules(parseLabelName(label), fields);
    return this.unitOfWork.run(ctx, async (tx) => {
      const { id } = await this.policy.requireProject(tx, project, 'label:protect');
      const before = await this.policies.lock(tx, id, label);
      refuseStale(label, before, ifMatch);
      if (before && rulesDigest(before) === rulesDigest(rules)) return before;
      const after = await this.policies.put(tx, id, label, rules);
      this.outbox.record(tx, labelPolicySet(before, after));
      return after;
    });
  }

  /** @throws not-found, precondition-failed, project-archived */
  async remove(
    ctx: OperationContext,
    project: string,
    label: string,
    ifMatch: string | undefined,
  ): Promise<void> {
    await this.unitOfWork.run(ctx, async (tx) => {
      const { id } = await this.policy.requireProject(tx, project, 'label:protect');
      const before = isLabelName(label) ? await this.policies.lock(tx, id, label) : undefined;
      if (!before) throw noSuchPolicy(label);
      refuseStale(label, before, ifMatch);
      await this.policies.delete(tx, before);
      this.outbox.record(tx, labelPolicyRemoved(before));
    });
  }
}

function refuseStale(
  label: string,
  before: LabelPolicy | undefined,
  ifMatch: string | undefined,
): void {
  if (ifMatchHolds(ifMatch, before)) return;
  throw preconditionFailed(
    `The policy of ${label} is not as If-Match says: read it again and decide anew.`,
  );
}

function noSuchPolicy(label: string) {
  return notFound(`The label ${label} has no policy in this project.`);
}
