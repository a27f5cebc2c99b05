import { Injectable } from '@nestjs/common';
import { actorOf, type Actor, type OperationContext } from '../../platform/authorization/index.js';
import { forbidden } from '../../platform/errors/index.js';
import { VersionsRepository } from '../versions/versions.repository.js';
import type { OpenPromotion } from './promotion.js';
import { selfApproval } from './promotions.errors.js';

export type Approver = Actor & { readonly id: string };

/** Says who may approve a promotion, of those who may approve any. */
@Injectable()
export class Approvers {
  constructor(private readonly versions: VersionsRepository) {}

  /**
   * The caller, who is a person and has no part in what is to be approved.
   *
   * @throws self-approval for the one who asked for it or published one of its versions
   */
  async require(tx: OperationContext, { promotion, prompts }: OpenPromotion): Promise<Approver> {
    const { kind, id, name } = actorOf(tx.principal);
    if (kind !== 'user' || id === null) throw forbidden('Promotions are approved by people.');
    const isCaller = (actor: Actor) => actor.kind === kind && actor.id === id;
    if (isCaller(promotion.requestedBy)) {
      throw selfApproval('You asked for this promotion: somebody else must approve it.');
    }
    for (const { prompt, to } of promotion.moves) {
      const promptId = prompts.get(prompt)?.id;
      if (to === null || promptId === undefined) continue;
      const { createdBy } = await this.versions.getByVersion(tx, promptId, to);
      if (!isCaller(createdBy)) continue;
      throw selfApproval(`You published ${prompt}@${to}: somebody else must approve it.`);
    }
    return { kind, id, name };
  }
}
