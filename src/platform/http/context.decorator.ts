import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Claim, OperationContext, Principal } from '../authorization/index.js';

/** What a text column for it holds. */
const MAX_USER_AGENT_CHARACTERS = 255;

interface Carried {
  /** Left by passport. */
  user?: Principal;
  claim?: Claim;
}

/** Puts the claim into every context that is made of the request from now on. */
export function carryClaim(request: FastifyRequest, claim: Claim): void {
  Object.assign(request, { claim } satisfies Carried);
}

/** The context of a request; without a principal on it the caller is anonymous. */
export function operationContext(request: FastifyRequest): OperationContext {
  const { user, claim } = request as FastifyRequest & Carried;
  return {
    principal: user ?? { kind: 'anonymous' },
    requestId: request.id,
    origin: {
      ip: request.ip,
      userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT_CHARACTERS) ?? null,
    },
    ...(claim && { claim }),
  };
}

/** Hands the operation context to a handler: every handler passes it on first. */
export const Ctx = createParamDecorator(
  (_: unknown, execution: ExecutionContext): OperationContext =>
    operationContext(execution.switchToHttp().getRequest<FastifyRequest>()),
);
