import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { DurationHistogram, type DurationSeries } from './duration-histogram.js';

/** The metrics of this application, and those of its process, which others may share. */
@Injectable()
export class Metrics {
  /** Once for all of them: what Node measures for it goes on until the process ends. */
  private static ofProcess: Registry | undefined;

  readonly registry = new Registry();

  private readonly requests = new DurationHistogram({
    name: 'promptd_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer, by method, route and status.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });

  constructor() {
    if (Metrics.ofProcess) return;
    Metrics.ofProcess = new Registry();
    collectDefaultMetrics({ register: Metrics.ofProcess, prefix: 'promptd_' });
  }

  /** `route` is the pattern, never the path: a path would make a time series of every prompt. */
  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.requestSeries(method, route, status).observe(seconds);
  }

  /** Where `observeRequest` counts, for whoever observes the same thing again and again. */
  requestSeries(method: string, route: string, status: number): DurationSeries {
    return this.requests.labelled({ method, route, status: String(status) });
  }

  /** The text of Prometheus' exposition format. */
  async expose(): Promise<{ readonly contentType: string; readonly text: string }> {
    const ofProcess = await Metrics.ofProcess?.metrics();
    const ofApplication = await this.registry.metrics();
    return {
      contentType: this.registry.contentType,
      text: `${ofProcess ?? ''}${ofApplication}`,
    };
  }
}
