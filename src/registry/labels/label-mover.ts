import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Outbox } from '../../platform/events/index.js';
import { preconditionFailed } from '../../platform/errors/index.js';
import type { OpenPrompt } from '../prompts/prompt-access.js';
import type { LabelMove, MoveGround } from './label.js';
import { labelConflict } from './labels.errors.js';
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
  readonly reason?: string | null;
  readonly ground: MoveGround;
  /** The promotion or release that the move is part of. */
  readonly groundId?: string;
}

/** The one place where a label moves, whoever asked for it. */
@Injectable()
export class LabelMover {
  constructor(
    private readonly labels: LabelsRepository,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Moves the label inside the caller's transaction, which holds the prompt's lock and has asked for
   * the right to move labels. `to` null removes it. Undefined when the label points there already, which is no move.
   *
   * @throws label-conflict, precondition-failed when the condition does not hold
   */
  async move(
    tx: OperationContext,
    { prompt }: OpenPrompt,
    label: string,
    to: VersionPointer | null,
    { reason, ground, groundId }: MoveOccasion,
    condition: MoveCondition = {},
  ): Promise<LabelMove | undefined> {
    const current = await this.labels.find(tx, prompt.id, label);
    check(label, current?.version ?? null, current?.lastMove.move, condition);
    if ((current?.versionId ?? null) === (to?.id ?? null)) return undefined;
    const from = current ? { id: current.versionId, version: current.version } : null;
    const move = await this.labels.move(tx, {
      projectId: prompt.projectId,
      promptId: prompt.id,
      label,
      from,
      to,
      reason: reason ?? null,
      ground,
      groundId: groundId ?? null,
    });
    this.outbox.record(tx, labelMoved(prompt, move));
    return move;
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
    const found = currentVersion ?? 'no version';
    throw labelConflict(
      `The label ${label} points to ${found}, not to ${expectedVersion ?? 'no version'}: ` +
        'read it again and decide anew.',
      { members: { currentVersion } },
    );
  }
}

function includes(expected: ExpectedMoves, current: number | undefined): boolean {
  return current !== undefined && (expected === 'any' || expected.includes(current));
}
