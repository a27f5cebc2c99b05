import { applyDecorators, SetMetadata, type Type } from '@nestjs/common';
import type { OperationContext } from '../authorization/index.js';

/** A request that was sent again with the same `Idempotency-Key`, and the same in every part. */
export interface RepeatedRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** `Location` of the first answer; empty when it had none. */
  readonly location: string;
}

/** Makes the body of an answer again from what is there now, where no copy of it may be kept. */
export abstract class AnswerRestorer {
  /** Writes nothing. Decides through `Policy`, as the route did. @throws what the route may throw */
  abstract restore(ctx: OperationContext, request: RepeatedRequest): Promise<string>;
}

/**
 * What a request gets that is sent again with the same `Idempotency-Key`: the `answer` of the first,
 * kept for a day, unless the route says that it may not be kept. `nothing` is for routes that write
 * nothing and therefore take no key; `never` for those that write, and of which a repeated one is a
 * new one.
 */
export type Replay = 'answer' | 'secret' | 'nothing' | 'never' | Type<AnswerRestorer>;

export const REPLAY = 'promptd:replay';

/** Declares that a POST only reads. */
export function WritesNothing(): MethodDecorator {
  return applyDecorators(SetMetadata(REPLAY, 'nothing' satisfies Replay));
}

/**
 * Declares that the route writes and takes no key: what it does is not all in one transaction, so that
 * nobody could promise that it took effect once.
 */
export function NeverReplayed(): MethodDecorator {
  return applyDecorators(SetMetadata(REPLAY, 'never' satisfies Replay));
}

/** SECURITY: declares that the answer holds a secret, which is shown once and never kept. */
export function ShowsSecret(): MethodDecorator {
  return applyDecorators(SetMetadata(REPLAY, 'secret' satisfies Replay));
}

/** SECURITY: declares that the answer holds content of prompts, which no copy may outlive. */
export function RestoredBy(restorer: Type<AnswerRestorer>): MethodDecorator {
  return applyDecorators(SetMetadata(REPLAY, restorer satisfies Replay));
}

const WRITING_METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Whether a route takes an `Idempotency-Key`: each one that writes for a known caller and can. */
export function takesIdempotencyKey(route: {
  readonly method: string;
  /** As the route declares it. */
  readonly path: string;
  readonly access: unknown;
  readonly replay: Replay;
}): boolean {
  return (
    WRITING_METHODS.has(route.method) &&
    route.access !== 'public' &&
    route.replay !== 'nothing' &&
    route.replay !== 'never' &&
    // What signs somebody in or out answers with tokens, and has its own rules for a second time.
    !route.path.startsWith('/v1/auth/')
  );
}
