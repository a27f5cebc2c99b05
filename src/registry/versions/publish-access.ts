import { Injectable } from '@nestjs/common';
import {
  type OperationContext,
  Policy,
  type ProjectRef,
} from '../../platform/authorization/index.js';
import { VetoHooks } from '../../plugins/index.js';
import { ClearedMoves } from '../labels/cleared-moves.js';
import { MoveVetoes } from '../labels/move-vetoes.js';
import type { Publication } from './publication.js';

/** Whether a version may be published: by the rights of the caller, and by the word of plugins. */
@Injectable()
export class PublishAccess {
  constructor(
    private readonly policy: Policy,
    private readonly vetoes: VetoHooks,
    private readonly moves: MoveVetoes,
  ) {}

  /** Every right the publication needs is asked for before anything is written. */
  async open(
    ctx: OperationContext,
    projectName: string,
    { name, labels }: Publication,
  ): Promise<ProjectRef> {
    const project = await this.policy.requireProject(ctx, projectName, 'version:publish', {
      prompt: name,
    });
    if (labels.length > 0) {
      await this.policy.requireProject(ctx, projectName, 'label:move', { prompt: name, labels });
    }
    return project;
  }

  /** Besides, when the prompt is made with the version. */
  async openNew(ctx: OperationContext, projectName: string, prompt: string): Promise<void> {
    await this.policy.requireProject(ctx, projectName, 'prompt:create', { prompt });
  }

  /**
   * Asks plugins about the publication and the labels that move with it, before the transaction. When
   * nobody is to be asked, this does nothing.
   *
   * @throws plugin-denied, veto-failed, and what `open` throws
   */
  async ask(
    ctx: OperationContext,
    projectName: string,
    publication: Publication,
  ): Promise<ClearedMoves> {
    const { name, content, numbering, labels } = publication;
    const isAsked = this.vetoes.isAsked('version.beforePublish');
    if (!isAsked && (labels.length === 0 || !this.moves.areAsked)) return ClearedMoves.all;
    const project = await this.open(ctx, projectName, publication);
    const round = this.vetoes.begin(ctx, project);
    const version = numbering.kind === 'explicit' ? numbering.version : undefined;
    if (isAsked) {
      const question = { prompt: name, content, version: version ?? null, labels };
      await round.ask('version.beforePublish', question);
    }
    const planned = labels.map((label) => ({ prompt: name, label, to: version }));
    return this.moves.clear(ctx, project, { ground: 'publish', moves: planned }, round);
  }
}
