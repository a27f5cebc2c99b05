import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { Metrics } from '../../platform/telemetry/index.js';
import type { ModelOutcome } from './model-outcome.js';

/** By provider: there are as many as an operator named. */
@Injectable()
export class ModelMetrics {
  private readonly calls: Counter;
  private readonly durations: Histogram;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.calls = new Counter({
      name: 'promptd_model_calls_total',
      help: 'Calls of models, by provider and outcome: ok, or why there was no answer.',
      labelNames: ['provider', 'outcome'],
      registers,
    });
    this.durations = new Histogram({
      name: 'promptd_model_call_duration_seconds',
      help: 'Time of the calls of models, by provider.',
      labelNames: ['provider'],
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30],
      registers,
    });
  }

  countCall(provider: string, outcome: ModelOutcome['kind'], durationMs: number): void {
    this.calls.labels(provider, outcome).inc();
    this.durations.labels(provider).observe(durationMs / 1000);
  }
}
