import { setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { Database } from '../../platform/database/index.js';
import { ChangeFeed } from '../../platform/events/index.js';
import { Readiness } from '../../platform/telemetry/index.js';
import type { HealthChecks, HealthResponse } from './health.dto.js';

/** A balancer gives up on a probe after a second or so. */
const PING_TIMEOUT_MS = 900;
/** So that a probe each second or two sees it. */
const DRAIN_MS = 2_500;

@Injectable()
export class HealthService implements BeforeApplicationShutdown {
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly feed: ChangeFeed,
    private readonly readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

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
    const process = this.process();
    return { status: this.status(database, process), checks: { database, process } };
  }

  private process(): HealthChecks['process'] {
    if (this.stopping) return 'stopping';
    return this.readiness.isHeld ? 'starting' : 'ok';
  }

  /**
   * All instances lose the database at the same moment. Were they all unready then, a balancer would
   * have nobody left to ask for what each of them still has in memory.
   */
  private status(
    database: HealthChecks['database'],
    process: HealthChecks['process'],
  ): HealthResponse['status'] {
    if (process !== 'ok') return 'unavailable';
    if (database === 'ok') return 'ok';
    const { readCache, outageGraceMs } = this.config;
    return readCache && this.feed.unconfirmedMs() < outageGraceMs ? 'degraded' : 'unavailable';
  }

  private async databaseAnswers(): Promise<boolean> {
    const ping = this.database.ping().then(
      () => true,
      () => false,
    );
    return Promise.race([ping, delay(PING_TIMEOUT_MS, false, { ref: false })]);
  }
}
