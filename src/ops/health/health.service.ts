import { setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import type { HealthResponse } from './health.dto.js';

/** A balancer gives up on a probe after a second or so. */
const PING_TIMEOUT_MS = 900;
/** So that a probe each second or two sees it. */
const DRAIN_MS = 2_500;

@Injectable()
export class HealthService implements BeforeApplicationShutdown {
  private stopping = false;

  constructor(private readonly database: Database) {}

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  /** Stops being ready, and resolves when balancers had the time to hear of it. */
  async drain(): Promise<void> {
    this.stopping = true;
    await delay(DRAIN_MS);
  }

  async check(): Promise<HealthResponse> {
    const database = (await this.databaseAnswers()) ? 'ok' : 'unavailable';
    const process = this.stopping ? 'stopping' : 'ok';
    const status = database === 'ok' && process === 'ok' ? 'ok' : 'unavailable';
    return { status, checks: { database, process } };
  }

  private async databaseAnswers(): Promise<boolean> {
    const ping = this.database.ping().then(
      () => true,
      () => false,
    );
    return Promise.race([ping, delay(PING_TIMEOUT_MS, false, { ref: false })]);
  }
}
