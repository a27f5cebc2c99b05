import { Injectable } from '@nestjs/common';
import { actorOf, type OperationContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import { Clock } from '../../platform/time/index.js';
import { refuseBadLabels } from '../labels/refuse-bad-labels.js';
import { ClearedMoves } from '../labels/cleared-moves.js';
import { MoveAccess } from '../labels/move-access.js';
import { MoveVetoes } from '../labels/move-vetoes.js';
import { ReleaseMover } from './release-mover.js';
import type { Release, WantedMove } from './release.js';
import { releaseMade } from './releases.events.js';

export interface ReleaseRequest {
  /** At least one. */
  readonly moves: readonly WantedMove[];
  readonly reason: string | null;
  readonly breakGlass: boolean;
}

@Injectable()
export class ReleasesService {
  constructor(
    private readonly access: MoveAccess,
    private readonly unitOfWork: UnitOfWork,
    private readonly mover: ReleaseMover,
    private readonly vetoes: MoveVetoes,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Moves labels of several prompts in one transaction: all of them or none, and nobody reads a part.
   * A move to where a label points already is none; a release of nothing else is announced all the
   * same, because somebody made it.
   *
   * @throws what a single move throws, with the place of the move in `errors`
   */
  async make(
    ctx: OperationContext,
    projectName: string,
    { moves, reason, breakGlass }: ReleaseRequest,
  ): Promise<Release> {
    refuseBadLabels(moves);
    const cleared = await this.ask(ctx, projectName, moves);
    return this.unitOfWork.run(ctx, async (tx) => {
      const project = await this.access.open(tx, projectName, moves);
      const id = newId();
      const occasion = { reason, ground: 'release', groundId: id, breakGlass, cleared } as const;
      const release: Release = {
        id,
        moves: await this.mover.move(tx, project, moves, occasion),
        reason,
        madeAtMs: this.clock.nowMs(),
        madeBy: actorOf(tx.principal),
      };
      this.outbox.record(tx, releaseMade(project.id, release));
      return release;
    });
  }

  private async ask(
    ctx: OperationContext,
    projectName: string,
    wanted: readonly WantedMove[],
  ): Promise<ClearedMoves> {
    if (!this.vetoes.areAsked) return ClearedMoves.all;
    const project = await this.access.open(ctx, projectName, wanted);
    const moves = wanted.map(({ prompt, label, version: to }) => ({ prompt, label, to }));
    return this.vetoes.clear(ctx, project, { ground: 'release', moves, isList: true });
  }
}
