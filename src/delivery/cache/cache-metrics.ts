import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { ChangeFeed } from '../../platform/events/index.js';
import { Metrics } from '../../platform/telemetry/index.js';
import { CachedVersions } from './cached-versions.js';

/** What an operator has to know about reads from memory. */
@Injectable()
export class CacheMetrics {
  constructor({ registry }: Metrics, versions: CachedVersions, feed: ChangeFeed) {
    const registers = [registry];
    new Gauge({
      name: 'promptd_read_cache_bytes',
      help: 'Estimated memory of the versions and prompts that are kept for reads.',
      registers,
      collect() {
        this.set(versions.bytes);
      },
    });
    new Gauge({
      name: 'promptd_change_feed_unconfirmed_seconds',
      help: 'Time since this instance last saw that it knows everything that others committed.',
      registers,
      collect() {
        this.set(feed.unconfirmedMs() / 1000);
      },
    });
  }
}
