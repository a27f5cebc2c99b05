import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { PromptAccess } from '../prompts/prompt-access.js';
import { refuseArchived } from '../prompts/refuse-archived.js';
import type { Prompt } from '../prompts/prompt.js';
import { isVersion } from '../versions/semver.js';
import { VersionStatesRepository } from '../versions/version-states.repository.js';
import { unknownSelector, versionPurged, versionYanked } from '../versions/versions.errors.js';
import { VersionsRepository } from '../versions/versions.repository.js';
import { isLabelName, parseLabelName } from './label-name.js';
import { LabelMover, type MoveCondition } from './label-mover.js';
import type { Label, LabelMove } from './label.js';
import { LabelsRepository, type VersionPointer } from './labels.repository.js';

export interface MoveRequest extends MoveCondition {
  readonly version: string;
  readonly reason: string | null;
}

@Injectable()
export class LabelsService {
  constructor(
    private readonly access: PromptAccess,
    private readonly unitOfWork: UnitOfWork,
    private readonly labels: LabelsRepository,
    private readonly mover: LabelMover,
    private readonly versions: VersionsRepository,
    private readonly states: VersionStatesRepository,
  ) {}

  async list(ctx: OperationContext, project: string, name: string): Promise<readonly Label[]> {
    const { prompt } = await this.access.open(ctx, project, name, 'prompt:read');
    return this.labels.list(ctx, prompt.id);
  }

  async get(ctx: OperationContext, project: string, name: string, label: string): Promise<Label> {
    const { prompt } = await this.access.open(ctx, project, name, 'prompt:read');
    return this.required(ctx, prompt, label);
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
    if (!isLabelName(label)) throw noSuchLabel(prompt, label);
    const moves = await this.labels.listMoves(ctx, prompt.id, label, page);
    if (moves.items.length === 0 && page.after === undefined) throw noSuchLabel(prompt, label);
    return moves;
  }

  /**
   * Points the label to a version. A move to where it points already is none, and is not journalled.
   *
   * @throws label-conflict, precondition-failed, unknown-selector, version-yanked, version-purged,
   *   prompt-archived, project-archived
   */
  async move(
    ctx: OperationContext,
    project: string,
    name: string,
    label: string,
    { version, reason, ...condition }: MoveRequest,
  ): Promise<Label> {
    parseLabelName(label);
    return this.unitOfWork.run(ctx, async (tx) => {
      const target = { labels: [label] };
      const opened = await this.access.lock(tx, project, name, 'label:move', target);
      refuseArchived(opened.prompt);
      const { prompt } = opened;
      const to = await this.pointer(tx, prompt, version);
      await this.mover.move(tx, opened, label, to, { reason, ground: 'move' }, condition);
      return this.required(tx, prompt, label);
    });
  }

  async remove(
    ctx: OperationContext,
    project: string,
    name: string,
    label: string,
    condition: MoveCondition,
  ): Promise<void> {
    await this.unitOfWork.run(ctx, async (tx) => {
      const target = { labels: [label] };
      const opened = await this.access.lock(tx, project, name, 'label:move', target);
      refuseArchived(opened.prompt);
      const { prompt } = opened;
      await this.required(tx, prompt, label);
      await this.mover.move(tx, opened, label, null, { ground: 'move' }, condition);
    });
  }

  private async required(ctx: OperationContext, prompt: Prompt, label: string): Promise<Label> {
    const found = isLabelName(label) ? await this.labels.find(ctx, prompt.id, label) : undefined;
    if (found) return found;
    throw noSuchLabel(prompt, label);
  }

  private async pointer(
    tx: OperationContext,
    prompt: Prompt,
    number: string,
  ): Promise<VersionPointer> {
    const version = isVersion(number)
      ? await this.versions.findByVersion(tx, prompt.id, number)
      : undefined;
    if (!version) {
      throw unknownSelector(`${prompt.name} has no version ${number}: name an exact version.`);
    }
    const state = await this.states.get(tx, version.id);
    if (state.purged) throw versionPurged(`${prompt.name}@${number} was erased for good.`);
    if (state.yanked) {
      throw versionYanked(
        `${prompt.name}@${number} is yanked (${state.yanked.reason}): choose another version.`,
      );
    }
    return version;
  }
}

function noSuchLabel({ name }: Prompt, label: string) {
  return notFound(`The prompt ${name} has no label ${label}.`);
}
