import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Metrics } from '../../platform/telemetry/index.js';
import type { DeliveryVerdict } from './delivery-verdict.js';

/** How deliveries go. Without the webhook: it would make time series of everything users make. */
@Injectable()
export class WebhookMetrics {
  private readonly attempts: Counter;

  constructor({ registry }: Metrics) {
    this.attempts = new Counter({
      name: 'promptd_webhook_attempts_total',
      help: 'Attempts to deliver to webhooks, by what became of the delivery.',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  countAttempt(outcome: DeliveryVerdict['kind']): void {
    this.attempts.labels(outcome).inc();
  }
}
