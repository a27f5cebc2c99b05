import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { LabelMove } from '../labels/label.js';
import type { Prompt } from '../prompts/prompt.js';
import { promotionEnded } from './promotions.events.js';
import { PromotionsRepository } from './promotions.repository.js';

@Injectable()
export class PromotionSuperseder {
  constructor(
    private readonly promotions: PromotionsRepository,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Ends the pending promotions that would have moved the label, in the transaction of the move:
   * what their approvers were shown is no longer true. The prompt is locked.
   */
  async supersede(tx: OperationContext, prompt: Prompt, move: LabelMove): Promise<void> {
    for (const pending of await this.promotions.lockPending(tx, prompt.id, move.label)) {
      const ended = await this.promotions.decide(tx, pending, 'superseded');
      const data = { prompt: prompt.name, label: move.label, move: move.move };
      this.outbox.record(tx, promotionEnded(pending, ended, data));
    }
  }
}
