import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../platform/http/index.js';
import { HealthResponse, LiveResponse } from './health.dto.js';
import { HealthService } from './health.service.js';

@ApiTags('system')
@Controller()
@Public()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** Says whether the process answers at all; restart it when it does not. */
  @Get('live')
  @HttpCode(200)
  live(): LiveResponse {
    return { status: 'ok' };
  }

  /**
   * Says whether to send requests here: not before the start is done, and not while stopping. Plugins
   * that have to be asked before writes belong to the start for a few seconds. While the database is away it goes on to be ready, and says `degraded`, for as long as it may read from
   * memory.
   */
  @Get('ready')
  @ApiOkResponse({ type: HealthResponse })
  @ApiServiceUnavailableResponse({ type: HealthResponse })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthResponse> {
    const health = await this.health.check();
    void reply
      .status(health.status === 'unavailable' ? 503 : 200)
      .header('Cache-Control', 'no-store');
    return health;
  }

  /** Shows the state of each part, for a person. Always 200 while the process answers. */
  @Get('health')
  @ApiOkResponse({ type: HealthResponse })
  async getHealth(): Promise<HealthResponse> {
    return this.health.check();
  }
}
