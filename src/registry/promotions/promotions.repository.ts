import { Injectable } from '@nestjs/common';
import { In, type SelectQueryBuilder } from 'typeorm';
import {
  type Actor,
  actorOf,
  type Capacity,
  type OperationContext,
} from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { actorColumns, actorFrom, Database, forUpdate } from '../../platform/database/index.js';
import { type Page, pageOf, type PageRequest, textOf } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import { namedWithin } from '../prompts/name-conditions.js';
import { promptRows } from '../prompts/prompts.rows.js';
import type {
  Approval,
  Promotion,
  PromotionDecision,
  PromotionMove,
  PromotionStatus,
} from './promotion.js';
import {
  type PromotionApprovalRow,
  promotionApprovalRows,
  promotionMoveRows,
  type PromotionRow,
  promotionRows,
} from './promotions.rows.js';

export interface NewPromotion {
  readonly projectId: string;
  readonly moves: readonly PromotionMove[];
  readonly reason: string;
  readonly requestedAs: Capacity;
  readonly requiredApprovals: number;
}

/** A project, and of it the prompts that the caller's credential reaches. */
export interface PromotionScope {
  readonly projectId: string;
  /** Prompt patterns; `*` alone means every prompt. */
  readonly prompts: readonly string[];
}

@Injectable()
export class PromotionsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async insert(tx: OperationContext, { moves, ...promotion }: NewPromotion): Promise<Promotion> {
    const row: PromotionRow = {
      id: newId(),
      ...promotion,
      status: 'pending',
      requestedAt: this.clock.nowMs(),
      ...actorColumns('requestedBy', actorOf(tx.principal)),
      decidedAt: null,
      decidedByKind: null,
      decidedById: null,
      decidedByName: null,
      decisionReason: null,
    };
    await this.database.rows(tx, promotionRows).insert(row);
    await this.database.rows(tx, promotionMoveRows).insert(
      moves.map(({ promptId, label, from, to }) => ({
        promotionId: row.id,
        promptId,
        label,
        fromVersion: from,
        toVersion: to,
      })),
    );
    return promotionFrom(row, moves, []);
  }

  /** One that names a prompt outside of the scope is not found. */
  async find(
    ctx: OperationContext,
    scope: PromotionScope,
    id: string,
  ): Promise<Promotion | undefined> {
    const row = await this.within(ctx, scope).andWhere('promotion.id = :id', { id }).getOne();
    return row ? (await this.withParts(ctx, [row]))[0] : undefined;
  }

  /** Newest first. */
  async list(
    ctx: OperationContext,
    scope: PromotionScope,
    status: PromotionStatus | undefined,
    page: PageRequest,
  ): Promise<Page<Promotion>> {
    const query = this.within(ctx, scope).orderBy('promotion.id', 'DESC');
    if (status !== undefined) query.andWhere('promotion.status = :status', { status });
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) query.andWhere('promotion.id < :after', { after: textOf(page.after) });
    const rows = await query.limit(page.limit + 1).getMany();
    return pageOf(await this.withParts(ctx, rows), page.limit, ({ id }) => [id], total);
  }

  /** How many pending promotions move the label. */
  async countPending(tx: OperationContext, promptId: string, label: string): Promise<number> {
    return this.database
      .rows(tx, promotionMoveRows)
      .createQueryBuilder('planned')
      .innerJoin(promotionRows.table, 'promotion', 'promotion.id = planned.promotionId')
      .where('planned.promptId = :promptId AND planned.label = :label', { promptId, label })
      .andWhere('promotion.status = :pending', { pending: 'pending' })
      .getCount();
  }

  /**
   * The pending promotions that move the label, locked, by a transaction that holds the prompt's
   * lock. One that another transaction is ending this moment, through another of its prompts, is
   * left to it: to wait for it could be to wait for each other. Should that one roll back, the
   * promotion stays pending and cannot apply, since what it expects of the label is not true.
   */
  async lockPending(
    tx: OperationContext,
    promptId: string,
    label: string,
  ): Promise<readonly Promotion[]> {
    const pending = this.database
      .rows(tx, promotionRows)
      .createQueryBuilder('promotion')
      .where('promotion.status = :pending', { pending: 'pending' });
    const naming = pending
      .clone()
      .innerJoin(promotionMoveRows.table, 'planned', 'planned.promotionId = promotion.id')
      .andWhere('planned.promptId = :promptId AND planned.label = :label', { promptId, label });
    const ids = (await naming.getMany()).map(({ id }) => id);
    if (ids.length === 0) return [];
    const query = forUpdate(this.database, pending.andWhere('promotion.id IN (:...ids)', { ids }));
    // DIALECT: SQLite has one writer and no row locks to skip.
    if (this.database.dialect !== 'sqlite') query.setOnLocked('skip_locked');
    return this.withParts(tx, await query.getMany());
  }

  /** The promotion with one more approval, unless the caller gave one before. */
  async approve(
    tx: OperationContext,
    promotion: Promotion,
    approver: Actor & { readonly id: string },
    comment: string | null,
  ): Promise<Promotion> {
    if (promotion.approvals.some(({ by }) => by.id === approver.id)) return promotion;
    const row: PromotionApprovalRow = {
      promotionId: promotion.id,
      userId: approver.id,
      username: approver.name,
      comment,
      approvedAt: this.clock.nowMs(),
    };
    await this.database.rows(tx, promotionApprovalRows).insert(row);
    return { ...promotion, approvals: [...promotion.approvals, approvalFrom(row)] };
  }

  /** Ends a pending promotion, which the caller has locked. */
  async decide(
    tx: OperationContext,
    promotion: Promotion,
    status: Exclude<PromotionStatus, 'pending'>,
    reason: string | null = null,
  ): Promise<Promotion> {
    const { id, requiredApprovals } = promotion;
    const decision: PromotionDecision = {
      atMs: this.clock.nowMs(),
      by: actorOf(tx.principal),
      reason,
    };
    await this.database.rows(tx, promotionRows).update(
      { id },
      {
        status,
        requiredApprovals,
        decidedAt: decision.atMs,
        ...actorColumns('decidedBy', decision.by),
        decisionReason: reason,
      },
    );
    return { ...promotion, status, decision };
  }

  /**
   * SECURITY: keeps to the project and, for an API key, to promotions of which it reaches every
   * prompt. It is part of the query, so that pages and totals tell nothing about the others.
   */
  private within(
    ctx: OperationContext,
    { projectId, prompts }: PromotionScope,
  ): SelectQueryBuilder<PromotionRow> {
    const query = this.database
      .rows(ctx, promotionRows)
      .createQueryBuilder('promotion')
      .where('promotion.projectId = :projectId', { projectId });
    if (prompts.includes('*')) return query;
    const [within, parameters] = namedWithin(prompts);
    const beyond = query
      .subQuery()
      .select('1')
      .from(promotionMoveRows.table, 'planned')
      .innerJoin(promptRows.table, 'prompt', 'prompt.id = planned.promptId')
      .where(`planned.promotionId = promotion.id AND NOT ${within}`);
    return query.andWhere(`NOT EXISTS ${beyond.getQuery()}`, parameters);
  }

  private async withParts(
    ctx: OperationContext,
    rows: readonly PromotionRow[],
  ): Promise<readonly Promotion[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const moves = Map.groupBy(await this.movesOf(ctx, ids), ({ promotionId }) => promotionId);
    const found = await this.database
      .rows(ctx, promotionApprovalRows)
      .find({ where: { promotionId: In(ids) }, order: { approvedAt: 'ASC', userId: 'ASC' } });
    const approvals = Map.groupBy(found, ({ promotionId }) => promotionId);
    return rows.map((row) =>
      promotionFrom(
        row,
        (moves.get(row.id) ?? []).map(({ promotionId: _, ...move }) => move),
        (approvals.get(row.id) ?? []).map(approvalFrom),
      ),
    );
  }

  private async movesOf(
    ctx: OperationContext,
    ids: readonly string[],
  ): Promise<readonly (PromotionMove & { readonly promotionId: string })[]> {
    return this.database
      .rows(ctx, promotionMoveRows)
      .createQueryBuilder('planned')
      .innerJoin(promptRows.table, 'prompt', 'prompt.id = planned.promptId')
      .select('planned.promotionId', 'promotionId')
      .addSelect('planned.promptId', 'promptId')
      .addSelect('prompt.name', 'prompt')
      .addSelect('planned.label', 'label')
      .addSelect('planned.fromVersion', 'from')
      .addSelect('planned.toVersion', 'to')
      .where('planned.promotionId IN (:...ids)', { ids })
      .orderBy('prompt.name', 'ASC')
      .addOrderBy('planned.label', 'ASC')
      .getRawMany<PromotionMove & { readonly promotionId: string }>();
  }
}

function promotionFrom(
  row: PromotionRow,
  moves: readonly PromotionMove[],
  approvals: readonly Approval[],
): Promotion {
  const { decidedAt, decidedByKind, decidedById, decidedByName } = row;
  return {
    id: row.id,
    projectId: row.projectId,
    status: row.status as PromotionStatus,
    moves,
    reason: row.reason,
    requestedAtMs: row.requestedAt,
    requestedBy: actorFrom(row, 'requestedBy'),
    requestedAs: row.requestedAs as Capacity,
    approvals,
    requiredApprovals: row.requiredApprovals,
    decision:
      decidedAt === null
        ? null
        : {
            atMs: decidedAt,
            by: {
              kind: decidedByKind as Actor['kind'],
              id: decidedById,
              name: decidedByName ?? '',
            },
            reason: row.decisionReason,
          },
  };
}

function approvalFrom({ userId, username, approvedAt, comment }: PromotionApprovalRow): Approval {
  return { by: { kind: 'user', id: userId, name: username }, atMs: approvedAt, comment };
}
