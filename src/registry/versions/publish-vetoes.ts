import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { VetoHooks } from '../../plugins/index.js';
import { ClearedMoves } from '../labels/cleared-moves.js';
import { MoveVetoes } from '../labels/move-vetoes.js';
import type { Publication } from './publication.js';

/** Asks plugins about a publication, and about the labels that move with it. */
@Injectable()
export class PublishVetoes {
  constructor(
    private readonly vetoes: VetoHooks,
    private readonly moves: MoveVetoes,
  ) {}

  /**
   * @param open answers the project, to a caller who may publish this; not called when nobody is asked
   * @throws vetoed-by-plugin, veto-failed
   */
  async ask(
    ctx: OperationContext,
    open: () => Promise<ProjectRef>,
    { name, content, numbering, labels }: Publication,
  ): Promise<ClearedMoves> {
    const isAsked = this.vetoes.isAsked('version.beforePublish');
    if (!isAsked && (labels.length === 0 || !this.moves.areAsked)) return ClearedMoves.all;
    const project = await open();
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
