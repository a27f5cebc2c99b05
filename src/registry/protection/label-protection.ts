import { Injectable } from '@nestjs/common';
import { RefusalTrail } from '../../access/index.js';
import {
  actorOf,
  type Capacity,
  type OperationContext,
  Policy,
} from '../../platform/authorization/index.js';
import { validationFailed } from '../../platform/errors/index.js';
import type { VersionPointer } from '../labels/labels.repository.js';
import type { OpenPrompt } from '../prompts/prompt-access.js';
import { LabelPoliciesRepository } from './label-policies.repository.js';
import type { LabelPolicy } from './label-policy.js';
import { isMover, protectionVerdict } from './protection-verdict.js';
import { conditionNeeded, protectedFrom, stillSoaking } from './protection.errors.js';
import { moveDenied } from './protection.events.js';
import type { Soak } from './soak.js';
import { SoakRepository } from './soak.repository.js';

/** A move that is about to be made, as its label's policy looks at it. */
export interface MoveAttempt {
  readonly label: string;
  readonly to: VersionPointer | null;
  readonly reason: string | null;
  /** What the one acts as who moves the label, or who asked for the promotion that does. */
  readonly capacity: Capacity;
  /** Of the promotion; 0 for every other move. */
  readonly approvals: number;
  readonly namesExpected: boolean;
  readonly breaksGlass: boolean;
}

/** In characters. A single word explains nothing to the one who reads the trail. */
const MIN_GLASS_REASON = 10;

/**
 * Holds moves to the policies of their labels. `LabelMover` asks it before every move, so no
 * entrance and no kind of caller has another rule.
 */
@Injectable()
export class LabelProtection {
  constructor(
    private readonly policy: Policy,
    private readonly policies: LabelPoliciesRepository,
    private readonly soaks: SoakRepository,
    private readonly refusals: RefusalTrail,
  ) {}

  /**
   * @throws label-protected, expected-version-required, soak-incomplete
   * @throws forbidden, validation-failed when the glass is not the caller's to break, or not so
   */
  async check(tx: OperationContext, opened: OpenPrompt, move: MoveAttempt): Promise<void> {
    if (move.breaksGlass) await this.requireGlass(tx, opened, move);
    const rules = await this.policies.find(tx, opened.project.id, move.label);
    if (!rules) return;
    const soak = await this.soakOf(tx, opened, rules, move);
    const verdict = protectionVerdict(rules, { ...move, soak });
    switch (verdict.kind) {
      case 'allowed':
        return;
      case 'no-mover':
      case 'needs-approvals':
        this.recordDenial(tx, opened, move.label);
        throw protectedFrom(opened.project.name, rules);
      case 'needs-expected':
        throw conditionNeeded(move.label);
      case 'soaking':
        throw stillSoaking(rules, verdict);
    }
  }

  /**
   * Whether the caller may ask for a promotion of the label; approvals and time come later.
   *
   * @throws label-protected
   */
  requireMover(tx: OperationContext, opened: OpenPrompt, rules: LabelPolicy): void {
    if (isMover(rules, opened.project.actingAs)) return;
    this.recordDenial(tx, opened, rules.label);
    throw protectedFrom(opened.project.name, rules);
  }

  private async requireGlass(
    tx: OperationContext,
    { project, prompt }: OpenPrompt,
    { label, reason }: MoveAttempt,
  ): Promise<void> {
    const target = { prompt: prompt.name, labels: [label] };
    await this.policy.requireProject(tx, project.name, 'label:break-glass', target);
    if (Array.from((reason ?? '').trim()).length >= MIN_GLASS_REASON) return;
    throw validationFailed('Breaking the glass needs a reason.', {
      errors: [
        {
          pointer: '/reason',
          code: 'reason-too-short',
          detail: `must say why in at least ${MIN_GLASS_REASON} characters`,
        },
      ],
    });
  }

  private async soakOf(
    tx: OperationContext,
    { prompt }: OpenPrompt,
    { soak }: LabelPolicy,
    { to }: MoveAttempt,
  ): Promise<Soak | null> {
    if (soak === null || to === null) return null;
    return this.soaks.get(tx, prompt.id, soak.label, to.id);
  }

  /** In a transaction of its own: the caller's is about to be rolled back. */
  private recordDenial(tx: OperationContext, opened: OpenPrompt, label: string): void {
    const { kind, id } = actorOf(tx.principal);
    this.refusals.record(tx, `${kind} ${id ?? ''}`, moveDenied(opened, label, kind));
  }
}
