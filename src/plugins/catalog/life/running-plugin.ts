import type { Logger } from 'pino';
import type { MonotonicClock } from '../../../platform/time/index.js';
import type { Trust } from '../../approvals/trust-of.js';
import type { Capability, Manifest } from '../../package/manifest.js';
import type { PluginRelease } from '../../package/plugin-package.js';
import type { CallOutcome, HostCall, Target } from '../../runner/runner-outcome.js';
import type { RunnerProcess, RunnerStats } from '../../runner/runner-process.js';
import type { Sidecar } from '../../signatures/signed-document.js';
import type { ActivePlugin } from '../active-plugins.js';
import { type CallNumbers, CallStatistics, isFailure } from '../health/call-statistics.js';
import { type CallVerdict, Circuit } from '../health/circuit.js';
import type { PluginMetrics } from '../health/plugin-metrics.js';
import { noHost } from './no-host.js';

export interface RunningParts {
  readonly metrics: PluginMetrics;
  readonly clock: MonotonicClock;
  readonly logger: Logger;
}

export type Approved = Extract<Trust, { state: 'approved' }>;

/** What was verified, without its bytes, and what that allows. */
export interface RunningRelease {
  readonly release: PluginRelease;
  readonly sidecar: Sidecar | undefined;
  readonly trust: Approved;
}

export interface PingResult {
  readonly atMs: number;
  readonly tookMs: number;
  readonly ok: boolean;
}

/** A plugin that is started, with the count of how its calls go and a circuit that may keep them away. */
export class RunningPlugin implements ActivePlugin {
  readonly circuit = new Circuit();
  lastPing: PingResult | undefined;
  private readonly statistics = new CallStatistics();
  private pinging: Promise<void> | undefined;

  constructor(
    private what: RunningRelease,
    private readonly runner: RunnerProcess,
    private readonly parts: RunningParts,
    private readonly failed: (message: string) => void,
  ) {}

  get manifest(): Manifest {
    return this.what.release.manifest;
  }

  get treeDigest(): string {
    return this.what.release.treeDigest;
  }

  get granted(): readonly Capability[] {
    return this.what.trust.granted;
  }

  get unsigned(): boolean {
    return this.what.trust.basis === 'unsigned';
  }

  get release(): PluginRelease {
    return this.what.release;
  }

  get sidecar(): Sidecar | undefined {
    return this.what.sidecar;
  }

  get trust(): Approved {
    return this.what.trust;
  }

  /** The same bytes, about which somebody has said something new. */
  amend(said: Pick<RunningRelease, 'sidecar' | 'trust'>): void {
    this.what = { ...this.what, ...said };
  }

  async call(
    target: Target,
    input: unknown,
    host: HostCall,
    unwanted?: AbortSignal,
  ): Promise<CallOutcome> {
    const { clock, metrics, logger } = this.parts;
    const startedAt = clock.nowMs();
    const admission = this.circuit.admit(startedAt);
    if (admission === undefined) return this.refusal(startedAt);
    const outcome = await this.runner.call(target, input, host, unwanted);
    const endedAt = clock.nowMs();
    this.circuit.settle(admission, verdictOn(outcome), endedAt);
    this.statistics.count(outcome, endedAt - startedAt);
    const { name: plugin } = this.manifest;
    metrics.countCall(plugin, outcome, endedAt - startedAt);
    for (const { level, text } of outcome.logs) logger[level]({ plugin, text }, 'a plugin says');
    // What promptd refused it does not count, and may be why it is of no use.
    if (!outcome.ok && (isFailure(outcome) || outcome.reason === 'refused')) {
      this.failed(`${outcome.reason}: ${outcome.message}`);
    }
    return outcome;
  }

  /** Asks the isolate for a sign of life. One at a time: who is busy is not asked twice. */
  ping(): Promise<void> {
    this.pinging ??= this.pingOnce().finally(() => {
      this.pinging = undefined;
    });
    return this.pinging;
  }

  numbers(): CallNumbers {
    return this.statistics.numbers();
  }

  stats(): RunnerStats {
    return this.runner.stats();
  }

  stop(graceMs: number): Promise<void> {
    return this.runner.stop(graceMs);
  }

  /**
   * A ping that fails counts as a call that did; one that succeeds proves nothing about the plugin's own
   * code, and makes no failures fewer.
   */
  private async pingOnce(): Promise<void> {
    const { clock } = this.parts;
    const startedAt = clock.nowMs();
    const outcome = await this.runner.call({ kind: 'ping' }, null, noHost);
    const endedAt = clock.nowMs();
    this.lastPing = { atMs: Date.now(), tookMs: endedAt - startedAt, ok: outcome.ok };
    if (outcome.ok || !isFailure(outcome)) return;
    this.circuit.settle({ trialOf: undefined }, 'failed', endedAt);
    this.failed(`${outcome.reason}: ${outcome.message}`);
  }

  private refusal(nowMs: number): CallOutcome {
    const seconds = Math.ceil(this.circuit.waitMs(nowMs) / 1000);
    const message = `It failed too often and is left alone; try again in ${seconds} s.`;
    return { ok: false, reason: 'busy', message, logs: [] };
  }
}

function verdictOn(outcome: CallOutcome): CallVerdict {
  if (outcome.ok) return 'succeeded';
  return isFailure(outcome) ? 'failed' : 'void';
}
