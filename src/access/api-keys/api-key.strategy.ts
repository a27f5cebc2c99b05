import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-custom';
import type { Principal } from '../../platform/authorization/index.js';
import { bearerToken, operationContext } from '../../platform/http/index.js';
import type { StrategyOptions } from '../authenticators.js';

/** Whoever sends an API key as the Bearer token. */
@Injectable()
export class ApiKeyStrategy extends PassportStrategy(Strategy, 'api-key') {
  constructor() {
    super({ passOptionsToCallback: true });
  }

  async validate(
    request: FastifyRequest,
    { authenticators }: StrategyOptions,
  ): Promise<Principal | null> {
    const key = bearerToken(request.headers.authorization);
    if (key === undefined) return null;
    return (await authenticators.keys.authenticate(operationContext(request), key)) ?? null;
  }
}
