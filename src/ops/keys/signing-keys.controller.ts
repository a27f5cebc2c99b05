import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Ctx, Public } from '../../platform/http/index.js';
import { SigningKeys } from '../../platform/signing-keys/index.js';
import { isoTime } from '../../platform/time/index.js';
import type { SigningKeyListResponse } from './signing-keys.dto.js';

@ApiTags('system')
@Controller('v1/keys')
@Public()
export class SigningKeysController {
  constructor(private readonly keys: SigningKeys) {}

  /**
   * Lists the public keys that verify versions and audit checkpoints, those of earlier seeds too.
   * Keep a copy: an answer that comes from the server it should prove honest proves little.
   */
  @Get()
  @Header('Cache-Control', 'public, max-age=60')
  async listSigningKeys(@Ctx() ctx: OperationContext): Promise<SigningKeyListResponse> {
    const keys = await this.keys.list(ctx);
    return {
      keys: keys.map(({ firstUsedAtMs, ...key }) => ({
        ...key,
        firstUsedAt: isoTime(firstUsedAtMs),
      })),
    };
  }
}
