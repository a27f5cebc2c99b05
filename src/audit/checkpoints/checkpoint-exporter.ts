import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { OperationContext } from '../../platform/authorization/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { Leases, UnitOfWork } from '../../platform/database/index.js';
import { OutboundHttp } from '../../platform/outbound/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { Clock } from '../../platform/time/index.js';
import { CheckpointFile } from './checkpoint-file.js';
import { CheckpointOutlet } from './checkpoint-outlet.js';
import type { CheckpointTarget } from './checkpoint-target.js';
import { CheckpointWebhook } from './checkpoint-webhook.js';
import { CheckpointsRepository } from './checkpoints.repository.js';

/** Brings checkpoints to the places that the configuration names. */
@Injectable()
export class CheckpointExporter {
  private readonly outlets: readonly CheckpointOutlet[];

  constructor(
    @Inject(CONFIG) { auditCheckpointFile: file, auditCheckpointUrl: url }: Config,
    checkpoints: CheckpointsRepository,
    http: OutboundHttp,
    unitOfWork: UnitOfWork,
    leases: Leases,
    clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    const targets: CheckpointTarget[] = [];
    if (file !== undefined) targets.push(new CheckpointFile(file, checkpoints));
    if (url !== undefined) {
      targets.push(new CheckpointWebhook(url, http, unitOfWork, leases, checkpoints));
    }
    this.outlets = targets.map((target) => new CheckpointOutlet(target, clock, logger));
  }

  /** Never rejects. */
  async run(ctx: OperationContext, signal: AbortSignal): Promise<void> {
    await Promise.all(this.outlets.map((outlet) => outlet.run(ctx, signal)));
  }
}
