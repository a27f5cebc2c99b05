import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { validationFailed } from '../../platform/errors/index.js';
import { otherThanExpected } from '../labels/labels.errors.js';
import { LabelTargets } from '../labels/label-targets.js';
import { LabelsRepository } from '../labels/labels.repository.js';
import type { OpenPrompt } from '../prompts/prompt-access.js';
import { PromptLocks } from '../prompts/prompt-locks.js';
import { refuseArchived } from '../prompts/refuse-archived.js';
import { atMove } from '../labels/move-fault.js';
import { LabelPoliciesRepository } from '../protection/label-policies.repository.js';
import type { LabelPolicy } from '../protection/label-policy.js';
import { LabelProtection } from '../protection/label-protection.js';
import { conditionNeeded } from '../protection/protection.errors.js';
import type { OpenPlan, PromotionMove } from './promotion.js';
import { tooManyPromotions } from './promotions.errors.js';
import { PromotionsRepository } from './promotions.repository.js';
import { requiredApprovals } from './required-approvals.js';

/** One label of one prompt as a promotion asks for it. */
export interface WantedPromotion {
  readonly prompt: string;
  readonly label: string;
  /** Null removes the label. */
  readonly version: string | null;
  /** The version the label points to now; null when it must not exist; absent for any. */
  readonly expectedVersion?: string | null;
}

/** A move of the label supersedes all of them, so they are bounded; and who would look at more? */
const MAX_PENDING_PER_LABEL = 20;

/** Makes moves of what is asked for, each of which could be made but for approvals and time. */
@Injectable()
export class PromotionPlanner {
  constructor(
    private readonly locks: PromptLocks,
    private readonly policies: LabelPoliciesRepository,
    private readonly protection: LabelProtection,
    private readonly targets: LabelTargets,
    private readonly labels: LabelsRepository,
    private readonly promotions: PromotionsRepository,
  ) {}

  /**
   * The moves from where the labels point now, with their prompts locked. The caller has asked for
   * the right to move each of them.
   *
   * @throws label-protected when a policy does not let the caller ask
   * @throws validation-failed when one would be no move
   * @throws not-found, unknown-selector, version-yanked, version-purged, prompt-archived
   */
  async plan(
    tx: OperationContext,
    project: ProjectRef,
    wanted: readonly WantedPromotion[],
  ): Promise<OpenPlan> {
    const names = wanted.map(({ prompt }) => prompt);
    const prompts = await this.locks.lock(tx, project, names);
    const policies = await this.policies.list(tx, project.id);
    const moves: PromotionMove[] = [];
    for (const [index, want] of wanted.entries()) {
      const prompt = prompts.get(want.prompt);
      if (!prompt) throw new Error('a prompt that was just locked is gone');
      const rules = policies.find(({ label }) => label === want.label);
      const planOne = () => this.planOne(tx, { project, prompt }, want, rules);
      const move = await atMove(index, planOne);
      if (move.from === move.to) throw noMove(move, index);
      moves.push(move);
    }
    return { moves, prompts, requiredApprovals: requiredApprovals(moves, policies) };
  }

  private async planOne(
    tx: OperationContext,
    opened: OpenPrompt,
    { label, version, expectedVersion }: WantedPromotion,
    rules: LabelPolicy | undefined,
  ): Promise<PromotionMove> {
    const { prompt } = opened;
    refuseArchived(prompt);
    if (rules) this.protection.requireMover(tx, opened, rules);
    if ((await this.promotions.countPending(tx, prompt.id, label)) >= MAX_PENDING_PER_LABEL) {
      throw tooManyPromotions(
        `${prompt.name}@${label} has ${MAX_PENDING_PER_LABEL} pending promotions: decide some first.`,
      );
    }
    const to = version === null ? null : await this.targets.get(tx, prompt, version);
    const current = await this.labels.find(tx, prompt.id, label);
    requireExpectation(label, rules, current?.version ?? null, expectedVersion);
    return {
      promptId: prompt.id,
      prompt: prompt.name,
      label,
      from: current?.version ?? null,
      to: to?.version ?? null,
    };
  }
}

/** Approvers see from where a label moves; where there are none, the caller has to know it. */
function requireExpectation(
  label: string,
  rules: LabelPolicy | undefined,
  found: string | null,
  expected: string | null | undefined,
): void {
  if (expected === undefined) {
    if (rules?.requiresExpected && rules.approvals === 0) throw conditionNeeded(label);
    return;
  }
  if (expected !== found) throw otherThanExpected(label, found, expected);
}

function noMove({ prompt, label, from }: PromotionMove, index: number) {
  const detail =
    from === null
      ? `${prompt} has no label ${label} to remove`
      : `${prompt}@${label} points to ${from} already`;
  return validationFailed('There is nothing to promote.', {
    errors: [{ pointer: `/moves/${index}/version`, code: 'no-move', detail }],
  });
}
