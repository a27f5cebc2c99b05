import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { LabelMover, type MoveOccasion } from '../labels/label-mover.js';
import { LabelTargets } from '../labels/label-targets.js';
import { LabelsRepository } from '../labels/labels.repository.js';
import { PromptLocks } from '../prompts/prompt-locks.js';
import type { Prompt } from '../prompts/prompt.js';
import { refuseArchived } from '../prompts/refuse-archived.js';
import { atMove } from '../labels/move-fault.js';
import type { ReleasedLabel, WantedMove } from './release.js';

/** Makes the moves of a release, in the order of locks and not in that of the request. */
@Injectable()
export class ReleaseMover {
  constructor(
    private readonly locks: PromptLocks,
    private readonly targets: LabelTargets,
    private readonly mover: LabelMover,
    private readonly labels: LabelsRepository,
  ) {}

  /**
   * Moves all of them inside the caller's transaction, which has asked for the right to each.
   * Answers in the order of the request.
   *
   * @throws whatever keeps a single label from moving, with the place of the move
   */
  async move(
    tx: OperationContext,
    project: ProjectRef,
    moves: readonly WantedMove[],
    occasion: MoveOccasion,
  ): Promise<readonly ReleasedLabel[]> {
    const names = moves.map((move) => move.prompt);
    const prompts = await this.locks.lock(tx, project, names);
    const steps = moves.map((move, index) => {
      const prompt = prompts.get(move.prompt);
      if (!prompt) throw new Error('a prompt that was just locked is gone');
      return { index, move, prompt };
    });
    const released: ReleasedLabel[] = [];
    for (const { index, move, prompt } of steps.toSorted(byLock)) {
      released[index] = await atMove(index, () =>
        this.moveOne(tx, project, prompt, move, occasion),
      );
    }
    return released;
  }

  private async moveOne(
    tx: OperationContext,
    project: ProjectRef,
    prompt: Prompt,
    { label, version, expectedVersion }: WantedMove,
    occasion: MoveOccasion,
  ): Promise<ReleasedLabel> {
    refuseArchived(prompt);
    const to = await this.targets.get(tx, prompt, version);
    const condition = { expectedVersion };
    const move = await this.mover.move(tx, { project, prompt }, label, to, occasion, condition);
    const current = await this.labels.find(tx, prompt.id, label);
    if (!current) throw new Error('a label that was just moved is gone');
    return { prompt: prompt.name, label: current, moved: move !== undefined };
  }
}

interface Step {
  readonly prompt: Prompt;
  readonly move: WantedMove;
}

/** Labels by (prompt, name), as everywhere. */
function byLock(a: Step, b: Step): number {
  if (a.prompt.id !== b.prompt.id) return a.prompt.id < b.prompt.id ? -1 : 1;
  return a.move.label < b.move.label ? -1 : 1;
}
