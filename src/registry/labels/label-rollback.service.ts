import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { validationFailed } from '../../platform/errors/index.js';
import { PromptAccess } from '../prompts/prompt-access.js';
import type { Prompt } from '../prompts/prompt.js';
import { refuseArchived } from '../prompts/refuse-archived.js';
import { LabelJournalRepository } from './label-journal.repository.js';
import { LabelMover, type MoveCondition } from './label-mover.js';
import { ClearedMoves } from './cleared-moves.js';
import { isLabelName } from './label-name.js';
import { LabelTargets } from './label-targets.js';
import type { Label } from './label.js';
import { noEarlierVersion, noSuchLabel } from './labels.errors.js';
import { LabelsRepository } from './labels.repository.js';
import { MoveVetoes } from './move-vetoes.js';
import { type JournalStep, type LabelState, stateAfter, stateBefore } from './roll-back.js';

export interface RollbackRequest extends MoveCondition {
  /** The number of the move to go back to; undefined for the version before the current one. */
  readonly toMove: number | undefined;
  readonly reason: string | null;
  readonly breakGlass: boolean;
}

/** Points labels back to what they pointed to before. A rollback is a move like any other. */
@Injectable()
export class LabelRollbackService {
  constructor(
    private readonly access: PromptAccess,
    private readonly unitOfWork: UnitOfWork,
    private readonly labels: LabelsRepository,
    private readonly journal: LabelJournalRepository,
    private readonly mover: LabelMover,
    private readonly targets: LabelTargets,
    private readonly vetoes: MoveVetoes,
  ) {}

  /**
   * Points the label back, and brings it back when its last move removed it. Without a condition,
   * two callers who roll back at the same time go two versions back; where plugins judge moves, the
   * second is a label-conflict. A rollback to where the label points already is no move.
   *
   * @throws no-earlier-version, or validation-failed for a move that there is none of or that
   *   removed the label; and whatever a move to the same version throws
   */
  async rollBack(
    ctx: OperationContext,
    project: string,
    name: string,
    label: string,
    { toMove, reason, breakGlass, ...condition }: RollbackRequest,
  ): Promise<Label> {
    const cleared = await this.ask(ctx, project, name, label, toMove);
    return this.unitOfWork.run(ctx, async (tx) => {
      const opened = await this.access.lock(tx, project, name, 'label:move', { labels: [label] });
      const { prompt } = opened;
      refuseArchived(prompt);
      const state = await this.stateToReturnTo(tx, prompt, label, toMove);
      const to = await this.targets.get(tx, prompt, state.to);
      const groundId = String(state.move);
      const occasion = { reason, ground: 'rollback', groundId, breakGlass, cleared } as const;
      await this.mover.move(tx, opened, label, to, occasion, condition);
      const moved = await this.labels.find(tx, prompt.id, label);
      if (!moved) throw new Error('a label that was just moved is gone');
      return moved;
    });
  }

  /** About the move as it would be now; when it becomes another one, it is refused. */
  private async ask(
    ctx: OperationContext,
    projectName: string,
    name: string,
    label: string,
    toMove: number | undefined,
  ): Promise<ClearedMoves> {
    if (!this.vetoes.areAsked) return ClearedMoves.all;
    const target = { labels: [label] };
    const opened = await this.access.open(ctx, projectName, name, 'label:move', target);
    const { project, prompt } = opened;
    const { to } = await this.stateToReturnTo(ctx, prompt, label, toMove);
    const moves = [{ prompt: name, label, to }];
    return this.vetoes.clear(ctx, project, { ground: 'rollback', moves });
  }

  private async stateToReturnTo(
    ctx: OperationContext,
    prompt: Prompt,
    label: string,
    toMove: number | undefined,
  ): Promise<LabelState> {
    const journal = await this.history(ctx, prompt, label);
    return toMove === undefined ? previous(journal, label) : stateOf(journal, label, toMove);
  }

  private async history(
    ctx: OperationContext,
    prompt: Prompt,
    label: string,
  ): Promise<readonly JournalStep[]> {
    const journal = isLabelName(label) ? await this.journal.steps(ctx, prompt.id, label) : [];
    if (journal.length === 0) throw noSuchLabel(prompt.name, label);
    return journal;
  }
}

function previous(journal: readonly JournalStep[], label: string): LabelState {
  const state = stateBefore(journal);
  if (state) return state;
  throw noEarlierVersion(
    `The label ${label} has not pointed to another version before: name a move with toMove, ` +
      'or move it to a version.',
  );
}

function stateOf(journal: readonly JournalStep[], label: string, toMove: number): LabelState {
  const state = stateAfter(journal, toMove);
  if (state) return state;
  const detail =
    toMove > journal.length
      ? `${label} has made ${journal.length} moves: name one of them`
      : `move ${toMove} removed ${label}: name a move that gave it a version`;
  throw validationFailed('There is no version to roll back to.', {
    errors: [{ pointer: '/toMove', code: 'unknown-move', detail }],
  });
}
