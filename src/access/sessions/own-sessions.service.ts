import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { OwnAccount } from './own-account.js';
import type { Session } from './session.js';
import { otherSessionsEnded, sessionEnded } from './sessions.events.js';
import { SessionsRepository } from './sessions.repository.js';

export interface OwnSession {
  readonly session: Session;
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

/** Where users are signed in, and how they put an end to it. */
@Injectable()
export class OwnSessionsService {
  constructor(
    private readonly account: OwnAccount,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly sessions: SessionsRepository,
  ) {}

  async list(ctx: OperationContext, page: PageRequest): Promise<Page<OwnSession>> {
    const { id, sessionId } = await this.account.caller(ctx);
    const open = await this.sessions.listOpen(ctx, id, page);
    return {
      ...open,
      items: open.items.map((session) => ({ session, current: session.id === sessionId })),
    };
  }

  /** Takes effect with the session's next request. @throws not-found */
  async end(ctx: OperationContext, sessionId: string): Promise<void> {
    const { id, name } = await this.account.caller(ctx);
    await this.unitOfWork.run(ctx, async (tx) => {
      const session = isUUID(sessionId) ? await this.sessions.find(tx, sessionId) : undefined;
      if (session?.userId !== id || !(await this.sessions.end(tx, sessionId, 'ended'))) {
        throw notFound('There is no open session of yours with this id.');
      }
      this.outbox.record(tx, sessionEnded(sessionId, name, 'ended'));
    });
  }

  /** All but the one that asks. */
  async endOthers(ctx: OperationContext): Promise<void> {
    const { id, name, sessionId } = await this.account.caller(ctx);
    await this.unitOfWork.run(ctx, async (tx) => {
      const ended = await this.sessions.endAllOf(tx, id, 'ended', sessionId);
      if (ended > 0) this.outbox.record(tx, otherSessionsEnded(id, name));
    });
  }
}
