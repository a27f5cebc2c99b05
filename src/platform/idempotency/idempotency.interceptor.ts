import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { OperationContext } from '../authorization/index.js';
import { Problem } from '../errors/index.js';
import {
  type AnswerRestorer,
  carryClaim,
  operationContext,
  REPLAY,
  type RepeatedRequest,
  type Replay,
  ROUTE_ACCESS,
  takesIdempotencyKey,
} from '../http/index.js';
import {
  idempotencyAnswerLost,
  idempotencyKeyReused,
  secretAlreadyShown,
  twinAtWork,
} from './idempotency.errors.js';
import { idempotencyKeyHash, parseIdempotencyKey } from './idempotency-key.js';
import { type IdempotencyRecord, IdempotencyRecords } from './idempotency-records.js';
import { answerText, keptAnswer, repeatAnswer } from './kept-answer.js';
import { RequestFingerprint, type RequestParts } from './request-fingerprint.js';

/** One request with a key. */
interface Attempt {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly ctx: OperationContext;
  readonly keyHash: string;
  readonly parts: RequestParts;
  readonly replay: Replay;
}

/**
 * Lets a request with an `Idempotency-Key` take effect once, however often it is sent
 * (draft-ietf-httpapi-idempotency-key-header):
 *
 *   same key at work here? 409  ->  record? replay  ->  handler: [claim row, writes, events] COMMIT
 *                                                        ->  answer added to the record  ->  reply
 *
 * The claim is a row of the write's own transaction, so there is a record exactly when there is an
 * effect, whatever crashes and whichever instance is asked. A twin on another instance waits for the
 * row or fails at what its twin has done; either way the record is there when it looks again. A
 * request that failed wrote nothing, leaves no record, and is judged anew when it comes again.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  /** Fingerprints of the requests that this instance is answering, by key. */
  private readonly atWork = new Map<string, string>();

  constructor(
    private readonly reflector: Reflector,
    private readonly modules: ModuleRef,
    private readonly records: IdempotencyRecords,
    private readonly fingerprints: RequestFingerprint,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const header = request.headers['idempotency-key'];
    if (header === undefined) return next.handle();
    const route = this.routeOf(execution, request);
    if (!takesIdempotencyKey(route)) return next.handle();
    const key = parseIdempotencyKey(String(header));
    const ctx = operationContext(request);
    const attempt: Attempt = {
      request,
      reply: execution.switchToHttp().getResponse<FastifyReply>(),
      ctx,
      keyHash: idempotencyKeyHash(ctx.principal, route, key),
      parts: { url: request.url, body: request.body },
      replay: route.replay,
    };
    return from(this.answerOnce(attempt, next));
  }

  private routeOf(execution: ExecutionContext, request: FastifyRequest) {
    const handler = execution.getHandler();
    return {
      method: request.method,
      path: request.routeOptions.url ?? '',
      access: this.reflector.getAllAndOverride<unknown>(ROUTE_ACCESS, [
        handler,
        execution.getClass(),
      ]),
      replay: this.reflector.get<Replay | undefined>(REPLAY, handler) ?? 'answer',
    };
  }

  private async answerOnce(attempt: Attempt, next: CallHandler): Promise<unknown> {
    const { keyHash, parts } = attempt;
    const twin = this.atWork.get(keyHash);
    if (twin !== undefined) throw this.refusal(parts, twin);
    const fingerprint = this.fingerprints.of(parts);
    this.atWork.set(keyHash, fingerprint);
    try {
      const record = await this.records.find(attempt.ctx, keyHash);
      if (record) return await this.repeat(attempt, record);
      return await this.answerFirst(attempt, fingerprint, next);
    } finally {
      this.atWork.delete(keyHash);
    }
  }

  private async answerFirst(
    attempt: Attempt,
    fingerprint: string,
    next: CallHandler,
  ): Promise<unknown> {
    const { request, reply, ctx, keyHash, replay } = attempt;
    const claim = this.records.claim(keyHash, fingerprint);
    carryClaim(request, claim);
    let text: string | undefined;
    try {
      const returned: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      text = answerText(reply, returned);
    } catch (error) {
      if (claim.isSettled() || !couldMeetTwin(error)) throw error;
      // What it met may be what its twin on another instance has done.
      const record = await this.records.find(ctx, keyHash);
      if (!record) throw error;
      return this.repeat(attempt, record);
    }
    // A handler that found nothing to write may do so again.
    if (claim.isSettled()) await this.records.keep(ctx, keyHash, keptAnswer(reply, text, replay));
    return text;
  }

  private async repeat(
    { ctx, request, reply, parts, replay }: Attempt,
    { fingerprint, answer }: IdempotencyRecord,
  ): Promise<string | undefined> {
    if (answer === 'pending' || !this.fingerprints.matches(parts, fingerprint)) {
      throw this.refusal(parts, fingerprint);
    }
    if (answer === 'lost') {
      throw idempotencyAnswerLost('Look at what the request was to change: it was changed, once.');
    }
    if (replay === 'secret') {
      throw secretAlreadyShown(
        'The request took effect. If its answer did not arrive, revoke what it made and make another.',
      );
    }
    const location = answer.headers.location ?? '';
    const body =
      typeof replay === 'function'
        ? await this.restore(replay, ctx, { ...repeatable(request), location })
        : (answer.body ?? undefined);
    repeatAnswer(reply, answer);
    return body;
  }

  private async restore(
    restorer: Type<AnswerRestorer>,
    ctx: OperationContext,
    request: RepeatedRequest,
  ): Promise<string> {
    return this.modules.get(restorer, { strict: false }).restore(ctx, request);
  }

  private refusal(parts: RequestParts, fingerprint: string): Problem {
    if (this.fingerprints.matches(parts, fingerprint)) return twinAtWork();
    return idempotencyKeyReused(
      'The key stands for a request with another path, query or body: take a new key for this one.',
    );
  }
}

function repeatable({ params, body }: FastifyRequest): Omit<RepeatedRequest, 'location'> {
  return { params: params as Record<string, string>, body };
}

/** An outage or a mistake in the program says nothing about what others did. */
function couldMeetTwin(error: unknown): boolean {
  return error instanceof Problem && error.definition.status < 500;
}
