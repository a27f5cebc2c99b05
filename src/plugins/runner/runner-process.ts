import { jsonOf } from './call-in-flight.js';
import type { Offers } from './channel/messages.js';
import { CallSlots } from './call-slots.js';
import { type ModulePart, modulePartsOf, type RunnablePackage } from './runnable-package.js';
import { builtRunner, type ChildEnd } from './runner-child.js';
import { fixedLimits, isolatesFor, type RunnerLimits } from './runner-limits.js';
import type { CallOutcome, FailureReason, HostCall, Target } from './runner-outcome.js';
import { RunnerSession, RunnerStartError } from './runner-session.js';

const leastNodeMajor = 26;
const restartWindowMs = 10_000;
const restartsInWindow = 3;
const wasStopped = 'The plugin was stopped.';
const tooManyWait = 'Too many calls of this plugin are waiting.';

/** Something of a plugin that had to be ended by force, or that ended by itself. */
export interface Kill {
  readonly what: 'isolate' | 'process';
  readonly reason: FailureReason;
  readonly message: string;
  /** What a process printed at its end; for the log, not for callers. */
  readonly printed: string;
}

export interface RunnerListener {
  /** Never for a process that was stopped. The plugin can be called again whatever it was. */
  readonly killed: (kill: Kill) => void;
}

export interface RunnerStats {
  /** Undefined while there is no process. */
  readonly pid: number | undefined;
  readonly startedAt: number | undefined;
  /** As last seen; 0 before that. */
  readonly rssBytes: number;
  readonly peakRssBytes: number;
  readonly calls: number;
  readonly callsInFlight: number;
  readonly callsWaiting: number;
  readonly kills: number;
  /** Processes so far. */
  readonly starts: number;
}

/**
 * A plugin at work: its runner process, and another one when that is gone. Calls in flight when a
 * process ends have an outcome that says so; every call after it finds a new process, in which `init`
 * ran again if it ever did.
 *
 * One call has an isolate to itself while it runs. As many run at a time as there is memory for; others
 * wait for a while, and more than that are told `busy`.
 */
export class RunnerProcess {
  private session: RunnerSession | undefined;
  /** While it starts. */
  private opening: RunnerSession | undefined;
  private starting: Promise<RunnerSession> | undefined;
  private readonly restartedAt: number[] = [];
  private readonly slots: CallSlots;
  private initHost: HostCall | undefined;
  /** Takes no new calls. */
  private stopping = false;
  /** Begins nothing, be it for calls that it took before. */
  private stopped = false;
  private offered: Offers = { hooks: [], endpoints: [], modals: {} };
  private readonly counters = { calls: 0, kills: 0, starts: 0 };

  private constructor(
    private readonly plugin: RunnablePackage,
    private readonly modules: readonly ModulePart[],
    private readonly limits: RunnerLimits,
    private readonly listener: RunnerListener,
    private readonly program: string,
  ) {
    this.slots = new CallSlots({
      concurrency: isolatesFor(limits),
      maxWaiting: fixedLimits.maxWaitingCalls,
      maxWaitMs: fixedLimits.maxWaitMs,
    });
  }

  /**
   * Resolves when the plugin is loaded; its `init` is the caller's to call. Rejects with a
   * RunnerStartError, and leaves no process behind. `program` is for those who run promptd from its
   * sources: the compiled `inside/runner-main.js`.
   */
  static async start(
    plugin: RunnablePackage,
    limits: RunnerLimits,
    listener: RunnerListener,
    program = builtRunner,
  ): Promise<RunnerProcess> {
    requireNode();
    const runner = new RunnerProcess(plugin, modulesOf(plugin), limits, listener, program);
    await runner.begin();
    return runner;
  }

  /** What the plugin has functions for, whatever its manifest says. */
  get offers(): Offers {
    return this.offered;
  }

  /**
   * Never rejects, as long as `input` is something that JSON can hold. `host` answers what the plugin
   * asks during this call, and nothing after it.
   *
   * @param unwanted aborted when nobody waits for it any more; what has not begun by then does not begin
   */
  async call(
    target: Target,
    input: unknown,
    host: HostCall,
    unwanted?: AbortSignal,
  ): Promise<CallOutcome> {
    if (this.stopping) return failed('stopped', wasStopped);
    const json = jsonOf(input);
    if (json === undefined) return failed('too-large', 'What it is called with is too large.');
    if ((await this.slots.enter(unwanted)) === 'refused') {
      if (this.isStopped()) return failed('stopped', wasStopped);
      return failed('busy', tooManyWait);
    }
    try {
      const session = await this.running();
      // A process may have had to start for it.
      if (unwanted?.aborted === true) return failed('busy', tooManyWait);
      this.counters.calls += 1;
      const outcome = await session.call(target, json, host);
      if (target.kind === 'init' && outcome.ok) this.initHost = host;
      return outcome;
    } catch (error) {
      if (this.isStopped()) return failed('stopped', wasStopped);
      if (error instanceof RunnerStartError) return failed(error.reason, error.message);
      return failed('crashed', 'The runner cannot be started.');
    } finally {
      this.slots.leave();
    }
  }

  stats(): RunnerStats {
    const { session, counters, slots } = this;
    return {
      pid: session?.pid,
      startedAt: session?.startedAt,
      rssBytes: session?.memory.rssBytes ?? 0,
      peakRssBytes: session?.memory.peakRssBytes ?? 0,
      ...counters,
      callsInFlight: slots.taken,
      callsWaiting: slots.waiting,
    };
  }

  /**
   * No new call is taken. Those that were, also those that wait, have `graceMs`; then the process is
   * killed, and whoever is left is told `stopped`.
   */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    if (graceMs > 0) await this.drained(graceMs);
    this.stopped = true;
    this.slots.close();
    await (this.session ?? this.opening)?.stop();
  }

  private async drained(atMostMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise((resolve) => (timer = setTimeout(resolve, atMostMs)));
    await Promise.race([this.slots.empty(), grace]);
    clearTimeout(timer);
  }

  /** A question, because the answer changes while a call waits. */
  private isStopped(): boolean {
    return this.stopped;
  }

  private async running(): Promise<RunnerSession> {
    // A process that was told to end is not gone yet.
    if (this.session?.isEnding === true) await this.session.gone;
    if (this.stopped) throw new RunnerStartError('stopped', wasStopped);
    return this.session ?? this.begin();
  }

  /** One start at a time, whoever asks for it. */
  private begin(): Promise<RunnerSession> {
    this.starting ??= this.open().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  private async open(): Promise<RunnerSession> {
    const { plugin, modules, limits, program } = this;
    let isReady = false;
    this.counters.starts += 1;
    const session = new RunnerSession(
      { plugin, modules, limits, program, initHost: () => this.initHost },
      {
        isolateKilled: (reason, message) => {
          this.killed({ what: 'isolate', reason, message, printed: '' });
        },
        ended: (end) => {
          this.ended(session, end, isReady);
        },
      },
    );
    this.opening = session;
    try {
      this.offered = await session.start();
      isReady = true;
      this.session = session;
      return session;
    } catch (error) {
      await session.gone;
      throw error;
    } finally {
      this.opening = undefined;
    }
  }

  private ended(session: RunnerSession, end: ChildEnd, wasReady: boolean): void {
    if (this.session === session) this.session = undefined;
    if (end.reason === 'stopped') return;
    const { reason, message, printed } = end;
    this.killed({ what: 'process', reason, message, printed });
    if (!this.stopping && wasReady && this.mayRestart()) {
      // At once, so that the next call does not wait. When it fails the next call tries again.
      this.begin().catch(() => undefined);
    }
  }

  /** Not when processes end as fast as they begin: then each waits for a call that needs it. */
  private mayRestart(): boolean {
    const now = performance.now();
    const recent = this.restartedAt.filter((at) => now - at < restartWindowMs);
    this.restartedAt.splice(0, Infinity, ...recent);
    if (recent.length >= restartsInWindow) return false;
    this.restartedAt.push(now);
    return true;
  }

  private killed(kill: Kill): void {
    this.counters.kills += 1;
    this.listener.killed(kill);
  }
}

/**
 * SECURITY: older ones do not deny the network to a process, or do not let it give up rights.
 */
function requireNode(): void {
  if (Number.parseInt(process.versions.node, 10) >= leastNodeMajor) return;
  const message = `Plugins need Node ${leastNodeMajor}, and this is ${process.versions.node}.`;
  throw new RunnerStartError('crashed', message);
}

function modulesOf(plugin: RunnablePackage): ModulePart[] {
  try {
    return modulePartsOf(plugin);
  } catch (error) {
    throw new RunnerStartError('thrown', error instanceof Error ? error.message : String(error));
  }
}

function failed(reason: FailureReason, message: string): CallOutcome {
  return { ok: false, reason, message, logs: [] };
}
