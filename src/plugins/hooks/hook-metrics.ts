import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Metrics } from '../../platform/telemetry/index.js';

/** How hooks go. An instance has few plugins, so each may have series of its own. */
@Injectable()
export class HookMetrics {
  private readonly vetoes: Counter;
  private readonly observed: Counter;

  constructor({ registry }: Metrics) {
    this.vetoes = new Counter({
      name: 'promptd_plugin_vetoes_total',
      help: 'Questions to plugins before something happens, by plugin and answer.',
      labelNames: ['plugin', 'answer'],
      registers: [registry],
    });
    this.observed = new Counter({
      name: 'promptd_plugin_observed_total',
      help: 'Events that plugins were to hear of, by plugin and outcome.',
      labelNames: ['plugin', 'outcome'],
      registers: [registry],
    });
  }

  countVeto(plugin: string, answer: 'allowed' | 'denied' | 'failed'): void {
    this.vetoes.labels(plugin, answer).inc();
  }

  countObserved(plugin: string, outcome: 'told' | 'retried' | 'skipped'): void {
    this.observed.labels(plugin, outcome).inc();
  }
}
