import { Injectable } from '@nestjs/common';
import type { Capacity, OperationContext } from '../../platform/authorization/index.js';
import { Outbox } from '../../platform/events/index.js';
import { preconditionFailed } from '../../platform/errors/index.js';
import type { OpenPrompt } from '../prompts/prompt-access.js';
import { LabelProtection } from '../protection/label-protection.js';
import { PromotionSuperseder } from '../promotions/promotion-superseder.js';
import { glassBroken } from '../protection/protection.events.js';
import type { ClearedMoves } from './cleared-moves.js';
import type { LabelMove, MoveGround } from './label.js';
import { otherThanExpected } from './labels.errors.js';
import { labelMoved } from './labels.events.js';
import { LabelsRepository, type VersionPointer } from './labels.repository.js';

/** What the caller believes about the label; without either the move is unconditional. */
export interface MoveCondition {
  /** The version it points to now; null when it must not exist. */
  readonly expectedVersion?: string | null | undefined;
  /** From `If-Match`: the number of its last move is one of these. */
  readonly expectedMoves?: ExpectedMoves | undefined;
}

/** `any` means that the label exists. */
export type ExpectedMoves = readonly number[] | 'any';

/** Why the label moves, besides the condition on which it does. */
export interface MoveOccasion {
  readonly reason?: string | null | undefined;
  /** What plugins were asked about, which is done before the transaction. */
  readonly cleared: ClearedMoves;
  readonly ground: Exclude<MoveGround, 'break-glass'>;
  /** The promotion or release that the move is part of. */
  readonly groundId?: string | undefined;
  /** Moves past the label's policy, for whom may, with a reason; it is then the move's ground. */
  readonly breakGlass?: boolean | undefined;
  /** Of a promotion: for whom it moves the label, and how many others approved of that. */
  readonly approved?: { readonly requestedAs: Capacity; readonly approvals: number };
}

/**
 * The one place where a label moves, whoever asked for it: the label's policy is held to, and
 * promotions that the move overtakes are ended, here and nowhere else.
 */
@Injectable()
export class LabelMover {
  constructor(
    private readonly labels: LabelsRepository,
    private readonly protection: LabelProtection,
    private readonly promotions: PromotionSuperseder,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Moves the label inside the caller's transaction, which holds the prompt's lock and has asked for
   * the right to move labels. `to` null removes it. Undefined when the label points there already,
   * which is no move and needs nobody's leave.
   *
   * @throws label-protected, soak-incomplete, expected-version-required by the label's policy
   * @throws forbidden, validation-failed for breaking the glass without the right or a reason
   * @throws label-conflict, precondition-failed when the condition does not hold
   * @throws label-conflict for another move than plugins were asked about
   */
  async move(
    tx: OperationContext,
    opened: OpenPrompt,
    label: string,
    to: VersionPointer | null,
    occasion: MoveOccasion,
    condition: MoveCondition = {},
  ): Promise<LabelMove | undefined> {
    const { prompt } = opened;
    const current = await this.labels.find(tx, prompt.id, label);
    const moves = (current?.versionId ?? null) !== (to?.id ?? null);
    // Before the condition: who may not move the label is told so first.
    if (moves) await this.protect(tx, opened, label, to, occasion, condition);
    check(label, current?.version ?? null, current?.lastMove.move, condition);
    if (!moves) return undefined;
    const judged = { from: current?.version ?? null, to: to?.version ?? null };
    occasion.cleared.require({ prompt: prompt.name, label, ...judged });
    const from = current ? { id: current.versionId, version: current.version } : null;
    const breaksGlass = occasion.breakGlass ?? false;
    const move = await this.labels.move(tx, {
      projectId: prompt.projectId,
      promptId: prompt.id,
      label,
      from,
      to,
      reason: occasion.reason ?? null,
      ground: breaksGlass ? 'break-glass' : occasion.ground,
      groundId: occasion.groundId ?? null,
    });
    this.outbox.record(tx, labelMoved(prompt, move));
    if (breaksGlass) this.outbox.record(tx, glassBroken(prompt, move));
    await this.promotions.supersede(tx, prompt, move);
    return move;
  }

  private async protect(
    tx: OperationContext,
    opened: OpenPrompt,
    label: string,
    to: VersionPointer | null,
    { reason, breakGlass, approved }: MoveOccasion,
    { expectedVersion, expectedMoves }: MoveCondition,
  ): Promise<void> {
    await this.protection.check(tx, opened, {
      label,
      to,
      reason: reason ?? null,
      capacity: approved?.requestedAs ?? opened.project.actingAs,
      approvals: approved?.approvals ?? 0,
      // A star says that the label exists, and nothing about where it points.
      namesExpected:
        expectedVersion !== undefined || (expectedMoves !== undefined && expectedMoves !== 'any'),
      breaksGlass: breakGlass ?? false,
    });
  }
}

function check(
  label: string,
  currentVersion: string | null,
  currentMove: number | undefined,
  { expectedVersion, expectedMoves }: MoveCondition,
): void {
  if (expectedMoves !== undefined && !includes(expectedMoves, currentMove)) {
    throw preconditionFailed(
      `The label ${label} is not as If-Match says: read it again and decide anew.`,
    );
  }
  if (expectedVersion !== undefined && expectedVersion !== currentVersion) {
    throw otherThanExpected(label, currentVersion, expectedVersion);
  }
}

function includes(expected: ExpectedMoves, current: number | undefined): boolean {
  return current !== undefined && (expected === 'any' || expected.includes(current));
}
