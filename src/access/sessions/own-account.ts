import { Injectable } from '@nestjs/common';
import {
  type OperationContext,
  Policy,
  type UserPrincipal,
} from '../../platform/authorization/index.js';
import { forbidden } from '../../platform/errors/index.js';

/** How use cases that concern nobody but the caller begin. */
@Injectable()
export class OwnAccount {
  constructor(private readonly policy: Policy) {}

  /** @throws unauthenticated, and forbidden for an API key, which has no account */
  async caller(ctx: OperationContext): Promise<UserPrincipal> {
    await this.policy.requireInstance(ctx, 'self:manage');
    if (ctx.principal.kind !== 'user') throw forbidden('Only a user has an account of its own.');
    return ctx.principal;
  }
}
