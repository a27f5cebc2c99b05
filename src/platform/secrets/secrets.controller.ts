import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../authorization/index.js';
import { Ctx, Problems, Requires } from '../http/index.js';
import { SecretRotationService } from './secret-rotation.service.js';
import { type SecretKeysResponse, type SecretRotationResponse } from './secrets.dto.js';
import { secretDamaged, secretKeyUnknown } from './secrets.errors.js';

@ApiTags('secrets')
@Controller('v1/secrets')
export class SecretsController {
  constructor(private readonly rotation: SecretRotationService) {}

  /** Which keys protect the stored secrets, and how many each of them. */
  @Get()
  @Requires('secret:rotate')
  async listSecretKeys(@Ctx() ctx: OperationContext): Promise<SecretKeysResponse> {
    const { keyId, keys } = await this.rotation.keys(ctx);
    return { keyId, keys: [...keys] };
  }

  /** Moves some of the secrets that are under an old key to the current one. */
  @Post('rotate')
  @HttpCode(200)
  @Requires('secret:rotate')
  @Problems(secretKeyUnknown, secretDamaged)
  async rotateSecrets(@Ctx() ctx: OperationContext): Promise<SecretRotationResponse> {
    return this.rotation.rotate(ctx);
  }
}
