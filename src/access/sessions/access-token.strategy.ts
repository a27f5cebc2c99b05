import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-custom';
import type { Principal } from '../../platform/authorization/index.js';
import { bearerToken, operationContext } from '../../platform/http/index.js';
import type { StrategyOptions } from '../authenticators.js';

/** Whoever sends an access token as the Bearer token. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') {
  constructor() {
    super({ passOptionsToCallback: true });
  }

  async validate(
    request: FastifyRequest,
    { authenticators }: StrategyOptions,
  ): Promise<Principal | null> {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) return null;
    return (await authenticators.sessions.authenticate(operationContext(request), token)) ?? null;
  }
}
