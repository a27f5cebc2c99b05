import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { Metrics } from '../../../platform/telemetry/index.js';
import type { CallOutcome } from '../../runner/runner-outcome.js';

/** What of a plugin is asked for when somebody collects. */
export interface MeasuredPlugin {
  readonly name: string;
  readonly state: string;
  readonly rssBytes: number;
}

/** By plugin: there are as many as an operator put into the folder. */
@Injectable()
export class PluginMetrics {
  private readonly calls: Counter;
  private readonly durations: Histogram;
  private readonly kills: Counter;
  private measured: () => readonly MeasuredPlugin[] = () => [];

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.calls = new Counter({
      name: 'promptd_plugin_calls_total',
      help: 'Calls of plugins, by plugin and outcome: ok, or why it failed.',
      labelNames: ['plugin', 'outcome'],
      registers,
    });
    this.durations = new Histogram({
      name: 'promptd_plugin_call_duration_seconds',
      help: 'Time of the calls of plugins, by plugin.',
      labelNames: ['plugin'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    });
    this.kills = new Counter({
      name: 'promptd_plugin_kills_total',
      help: 'Isolates and processes of plugins that had to be ended by force, by plugin.',
      labelNames: ['plugin', 'what'],
      registers,
    });
    const measured = () => this.measured();
    new Gauge({
      name: 'promptd_plugin_state',
      help: '1 for the state that a plugin is in here.',
      labelNames: ['plugin', 'state'],
      registers,
      collect() {
        this.reset();
        for (const { name, state } of measured()) this.labels(name, state).set(1);
      },
    });
    new Gauge({
      name: 'promptd_plugin_rss_bytes',
      help: 'Memory of the runner of a plugin, as last seen.',
      labelNames: ['plugin'],
      registers,
      collect() {
        this.reset();
        for (const { name, rssBytes } of measured()) this.labels(name).set(rssBytes);
      },
    });
  }

  measure(measured: () => readonly MeasuredPlugin[]): void {
    this.measured = measured;
  }

  countCall(plugin: string, outcome: CallOutcome, durationMs: number): void {
    this.calls.labels(plugin, outcome.ok ? 'ok' : outcome.reason).inc();
    this.durations.labels(plugin).observe(durationMs / 1000);
  }

  countKill(plugin: string, what: 'isolate' | 'process'): void {
    this.kills.labels(plugin, what).inc();
  }
}
