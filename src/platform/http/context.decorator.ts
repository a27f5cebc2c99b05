import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { OperationContext, Principal } from '../authorization/index.js';

/** What a text column for it holds. */
const MAX_USER_AGENT_CHARACTERS = 255;

/** The context of a request. Passport leaves the principal on it; without one it is anonymous. */
export function operationContext(request: FastifyRequest): OperationContext {
  const { user } = request as FastifyRequest & { user?: Principal };
  return {
    principal: user ?? { kind: 'anonymous' },
    requestId: request.id,
    origin: {
      ip: request.ip,
      userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT_CHARACTERS) ?? null,
    },
  };
}

/** Hands the operation context to a handler: every handler passes it on first. */
export const Ctx = createParamDecorator(
  (_: unknown, execution: ExecutionContext): OperationContext =>
    operationContext(execution.switchToHttp().getRequest<FastifyRequest>()),
);
