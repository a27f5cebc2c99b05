import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { PromptAccess } from '../prompts/prompt-access.js';
import { refuseArchived } from '../prompts/refuse-archived.js';
import type { Prompt } from '../prompts/prompt.js';
import { LabelJournalRepository } from './label-journal.repository.js';
import { ClearedMoves, type PlannedMove } from './cleared-moves.js';
import { isLabelName, parseLabelName } from './label-name.js';
import { LabelMover, type MoveCondition } from './label-mover.js';
import { LabelTargets } from './label-targets.js';
import type { Label, LabelMove } from './label.js';
import { noSuchLabel } from './labels.errors.js';
import { LabelsRepository } from './labels.repository.js';
import { MoveVetoes } from './move-vetoes.js';

export interface RemoveRequest extends MoveCondition {
  readonly reason: string | null;
  readonly breakGlass: boolean;
}

export interface MoveRequest extends RemoveRequest {
  readonly version: string;
}

@Injectable()
export class LabelsService {
  constructor(
    private readonly access: PromptAccess,
    private readonly unitOfWork: UnitOfWork,
    private readonly labels: LabelsRepository,
    private readonly journal: LabelJournalRepository,
    private readonly mover: LabelMover,
    private readonly targets: LabelTargets,
    private readonly vetoes: MoveVetoes,
  ) {}

  /** @param asOf the labels as they were then, from the journal; undefined for now */
  async list(
    ctx: OperationContext,
    project: string,
    name: string,
    asOf: Date | undefined,
  ): Promise<readonly Label[]> {
    const { prompt } = await this.access.open(ctx, project, name, 'prompt:read');
    return asOf
      ? this.journal.listAsOf(ctx, prompt.id, asOf.getTime())
      : this.labels.list(ctx, prompt.id);
  }

  /**
   * @param asOf the label as it was then, from the journal; undefined for now
   * @throws not-found also when the label did not exist then
   */
  async get(
    ctx: OperationContext,
    project: string,
    name: string,
    label: string,
    asOf: Date | undefined,
  ): Promise<Label> {
    const { prompt } = await this.access.open(ctx, project, name, 'prompt:read');
    if (!asOf) return this.required(ctx, prompt, label);
    const found = isLabelName(label)
      ? await this.journal.findAsOf(ctx, prompt.id, label, asOf.getTime())
      : undefined;
    if (found) return found;
    throw noSuchLabel(name, label, asOf);
  }

  /** Newest first; a label that was removed still has its history. @throws not-found */
  async history(
    ctx: OperationContext,
    project: string,
    name: string,
    label: string,
    page: PageRequest,
  ): Promise<Page<LabelMove>> {
    const { prompt } = await this.access.open(ctx, project, name, 'prompt:read');
    if (!isLabelName(label)) throw noSuchLabel(name, label);
    const moves = await this.journal.list(ctx, prompt.id, label, page);
    if (moves.items.length === 0 && page.after === undefined) throw noSuchLabel(name, label);
    return moves;
  }

  /**
   * Points the label to a version. A move to where it points already is none, and is not journalled.
   *
   * @throws label-conflict, precondition-failed, unknown-selector, version-yanked, version-purged,
   *   prompt-archived, project-archived, and what protects the label (LabelProtection)
   * @throws plugin-denied, veto-failed
   */
  async move(
    ctx: OperationContext,
    project: string,
    name: string,
    label: string,
    { version, reason, breakGlass, ...condition }: MoveRequest,
  ): Promise<Label> {
    parseLabelName(label);
    const cleared = await this.ask(ctx, project, { prompt: name, label, to: version });
    return this.unitOfWork.run(ctx, async (tx) => {
      const target = { labels: [label] };
      const opened = await this.access.lock(tx, project, name, 'label:move', target);
      refuseArchived(opened.prompt);
      const { prompt } = opened;
      const to = await this.targets.get(tx, prompt, version);
      const occasion = { reason, ground: 'move', breakGlass, cleared } as const;
      await this.mover.move(tx, opened, label, to, occasion, condition);
      return this.required(tx, prompt, label);
    });
  }

  async remove(
    ctx: OperationContext,
    project: string,
    name: string,
    label: string,
    { reason, breakGlass, ...condition }: RemoveRequest,
  ): Promise<void> {
    const cleared = await this.ask(ctx, project, { prompt: name, label, to: null });
    await this.unitOfWork.run(ctx, async (tx) => {
      const target = { labels: [label] };
      const opened = await this.access.lock(tx, project, name, 'label:move', target);
      refuseArchived(opened.prompt);
      const { prompt } = opened;
      await this.required(tx, prompt, label);
      const occasion = { reason, ground: 'move', breakGlass, cleared } as const;
      await this.mover.move(tx, opened, label, null, occasion, condition);
    });
  }

  private async ask(
    ctx: OperationContext,
    projectName: string,
    move: PlannedMove,
  ): Promise<ClearedMoves> {
    if (!this.vetoes.areAsked) return ClearedMoves.all;
    const target = { labels: [move.label] };
    const opened = await this.access.open(ctx, projectName, move.prompt, 'label:move', target);
    return this.vetoes.clear(ctx, opened.project, { ground: 'move', moves: [move] });
  }

  private async required(ctx: OperationContext, prompt: Prompt, label: string): Promise<Label> {
    const found = isLabelName(label) ? await this.labels.find(ctx, prompt.id, label) : undefined;
    if (found) return found;
    throw noSuchLabel(prompt.name, label);
  }
}
