import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { PromptAccess } from '../prompts/prompt-access.js';
import { atMove } from './move-fault.js';

/** One label of one prompt, of several that move together. */
export interface NamedMove {
  readonly prompt: string;
  readonly label: string;
}

/** Asks for the right to move several labels of a project at once. */
@Injectable()
export class MoveAccess {
  constructor(private readonly access: PromptAccess) {}

  /**
   * Each move for itself: an API key may be bound to some prompts and some labels.
   *
   * @param moves at least one
   * @throws what `PromptAccess.open` throws, with the place of the move in `errors`
   */
  async open(
    ctx: OperationContext,
    projectName: string,
    moves: readonly NamedMove[],
  ): Promise<ProjectRef> {
    let project: ProjectRef | undefined;
    for (const [index, { prompt, label }] of moves.entries()) {
      const target = { labels: [label] };
      const opened = await atMove(index, () =>
        this.access.open(ctx, projectName, prompt, 'label:move', target),
      );
      project = opened.project;
    }
    if (!project) throw new Error('there is at least one move');
    return project;
  }
}
