import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { VetoHooks, type VetoRound } from '../../plugins/index.js';
import { isPromptName } from '../prompts/prompt-name.js';
import { PromptsRepository } from '../prompts/prompts.repository.js';
import { ClearedMoves, type JudgedMove, type PlannedMove } from './cleared-moves.js';
import type { MoveOccasion } from './label-mover.js';
import { LabelsRepository } from './labels.repository.js';
import { atMove } from './move-fault.js';

export interface MoveQuestion {
  readonly ground: MoveOccasion['ground'];
  readonly moves: readonly PlannedMove[];
  /** Whether the moves are a list of the request, whose place an error names. */
  readonly isList?: boolean;
}

/** Asks plugins about moves of labels (`label.beforeMove`), before the transaction that makes them. */
@Injectable()
export class MoveVetoes {
  constructor(
    private readonly vetoes: VetoHooks,
    private readonly prompts: PromptsRepository,
    private readonly labels: LabelsRepository,
  ) {}

  /** Without it nothing needs to be prepared: every move is cleared. */
  get areAsked(): boolean {
    return this.vetoes.isAsked('label.beforeMove');
  }

  /**
   * A label that points there already does not move, and nobody is asked about it.
   *
   * @param project in which the caller may make these moves
   * @param round with the other questions of the request
   * @throws plugin-denied, veto-failed
   */
  async clear(
    ctx: OperationContext,
    project: ProjectRef,
    { moves, ground, isList = false }: MoveQuestion,
    round: VetoRound = this.vetoes.begin(ctx, project),
  ): Promise<ClearedMoves> {
    if (!this.areAsked) return ClearedMoves.all;
    const asked: JudgedMove[] = [];
    for (const [index, move] of moves.entries()) {
      const { prompt, label } = move;
      const from = await this.versionUnder(ctx, project, move);
      if (from === move.to) continue;
      const to = move.to ?? null;
      const ask = () => round.ask('label.beforeMove', { prompt, label, from, to, ground });
      await (isList ? atMove(index, ask) : ask());
      asked.push({ ...move, from });
    }
    return ClearedMoves.of(asked);
  }

  private async versionUnder(
    ctx: OperationContext,
    project: ProjectRef,
    { prompt: name, label }: PlannedMove,
  ): Promise<string | null> {
    // SECURITY: what is no prompt name never becomes a query.
    const prompt = isPromptName(name) ? await this.prompts.find(ctx, project.id, name) : undefined;
    const current = prompt && (await this.labels.find(ctx, prompt.id, label));
    return current?.version ?? null;
  }
}
