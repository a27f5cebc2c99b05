import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../../platform/authorization/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { AuditSequencer } from '../audit-sequencer.js';
import { CheckpointExporter } from './checkpoint-exporter.js';
import { CheckpointWriter } from './checkpoint-writer.js';

const INTERVAL_MS = 1_000;
/** For what is still to be exported when the program ends; the next start does the rest. */
const SHUTDOWN_MS = 5_000;

/** Writes and exports checkpoints while the program runs, and a last one when it ends. */
@Injectable()
export class CheckpointKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ctx = systemContext('audit');
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private failing = false;

  constructor(
    private readonly sequencer: AuditSequencer,
    private readonly writer: CheckpointWriter,
    private readonly exporter: CheckpointExporter,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      // A slow export must not keep the next checkpoint from being written.
      this.writing ??= this.write(false).finally(() => {
        this.writing = undefined;
      });
      void this.exporter.run(this.ctx, this.stopping.signal);
    }, INTERVAL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.writing;
    await this.exporter.run(this.ctx, this.stopping.signal);
    await this.sequencer.stop();
    await this.write(true);
    await this.exporter.run(this.ctx, AbortSignal.timeout(SHUTDOWN_MS));
  }

  private async write(now: boolean): Promise<void> {
    try {
      await this.writer.write(this.ctx, { now });
      if (this.failing) this.logger.info('audit checkpoints are written again');
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error({ err: error }, 'no audit checkpoint can be written');
      this.failing = true;
    }
  }
}
