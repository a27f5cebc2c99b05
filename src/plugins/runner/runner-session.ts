import { CallInFlight } from './call-in-flight.js';
import { firstCall, type FromRunner, type Offers, readOffers } from './channel/messages.js';
import { MemoryWatch } from './memory-watch.js';
import type { ModulePart, RunnablePackage } from './runnable-package.js';
import { type ChildEnd, RunnerChild } from './runner-child.js';
import { fixedLimits, isolatesFor, type RunnerLimits, sliceMsOf } from './runner-limits.js';
import type { CallOutcome, FailureReason, HostCall, Target } from './runner-outcome.js';

export interface SessionPlan {
  readonly plugin: RunnablePackage;
  readonly limits: RunnerLimits;
  readonly modules: readonly ModulePart[];
  readonly program: string;
  /** The host of `init`, for every isolate that begins by itself; undefined before `init` ended well. */
  readonly initHost: () => HostCall | undefined;
}

export interface SessionListener {
  /** An isolate had to be ended by force; the process goes on. */
  readonly isolateKilled: (reason: FailureReason, message: string) => void;
  /** Once, after every call has its outcome. */
  readonly ended: (end: ChildEnd) => void;
}

/** Why a runner could not begin. */
export class RunnerStartError extends Error {
  override readonly name = 'RunnerStartError';

  constructor(
    readonly reason: FailureReason,
    message: string,
  ) {
    super(message);
  }
}

/** One life of a runner process, from its start to its end, and the calls in it. */
export class RunnerSession {
  readonly startedAt = Date.now();
  readonly memory: MemoryWatch;
  /** Until the plugin is loaded this is the loading. */
  private starting:
    { resolve: (offers: Offers) => void; reject: (error: Error) => void } | undefined;
  private readonly child: RunnerChild;
  private readonly calls = new Map<number, CallInFlight>();
  private readonly deadlines = new Map<number, NodeJS.Timeout>();
  private lastCall = firstCall;
  private beginnings: CallInFlight | undefined;
  private guilty: { id: number; reason: FailureReason; message: string } | undefined;
  private end: ChildEnd | undefined;
  private stopping = false;

  constructor(
    private readonly plan: SessionPlan,
    private readonly listener: SessionListener,
  ) {
    this.child = new RunnerChild(plan.program, {
      received: (message, body) => {
        if (!this.receive(message, body)) {
          this.child.kill('crashed', 'The runner said what it may not say.');
        }
      },
      ended: (end) => {
        this.childEnded(end);
      },
    });
    this.memory = new MemoryWatch(this.child.pid, plan.limits.rssMb * 1024 * 1024, () => {
      this.child.kill('memory', `It used more than ${plan.limits.rssMb} MB of memory.`);
    });
  }

  get pid(): number {
    return this.child.pid;
  }

  /** Its process was told to end; whatever it was asked now would be lost. */
  get isEnding(): boolean {
    return this.child.isEnding;
  }

  /** Resolves when the process is gone and every call has its outcome. */
  readonly gone = new Promise<void>((resolve) => {
    this.onGone = resolve;
  });

  /** Loads the plugin. Rejects with a RunnerStartError, after which the process is gone or going. */
  async start(): Promise<Offers> {
    const { plugin, modules, limits, initHost } = this.plan;
    const deadline = setTimeout(() => {
      this.child.kill('timeout', `The plugin did not start within ${fixedLimits.startMs} ms.`);
    }, fixedLimits.startMs);
    this.memory.start();
    this.mayBegin();
    try {
      return await new Promise<Offers>((resolve, reject) => {
        this.starting = { resolve, reject };
        for (const { path, text } of modules) {
          this.child.send({ type: 'file', path }, JSON.stringify(text));
        }
        const { memoryMb, cpuMs, wallMs, endpointSliceMs: loadSliceMs } = limits;
        this.child.send({
          type: 'start',
          entry: plugin.manifest.entry,
          limits: { memoryMb, cpuMs, wallMs, loadSliceMs },
          init: initHost() !== undefined,
        });
      });
    } catch (error) {
      this.child.kill('stopped', 'The plugin could not be started.');
      throw error;
    } finally {
      this.starting = undefined;
      clearTimeout(deadline);
      this.watchWhileBusy();
    }
  }

  /** `json` is the input as one line of at most a megabyte. */
  async call(target: Target, json: string, host: HostCall): Promise<CallOutcome> {
    const call = new CallInFlight(host);
    if (this.end !== undefined) {
      call.fail(this.end.reason, this.end.message);
      return call.outcome;
    }
    const { limits } = this.plan;
    this.lastCall += 1;
    const id = this.lastCall;
    this.calls.set(id, call);
    this.mayBegin();
    this.expect(id, limits.wallMs);
    this.memory.start();
    const sliceMs = sliceMsOf(target, limits);
    this.child.send({ type: 'call', call: id, target, sliceMs }, json);
    return call.outcome;
  }

  /** Resolves when the process is gone. Calls that are left were `stopped`. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.end !== undefined) return;
    this.child.kill('stopped', 'The runner was stopped.');
    await this.gone;
  }

  private onGone!: () => void;

  /** The last of the three clocks: past this the runner itself does not work any more. */
  private expect(id: number, wallMs: number): void {
    clearTimeout(this.deadlines.get(id));
    const timer = setTimeout(() => {
      this.late(id);
    }, wallMs + fixedLimits.graceMs);
    this.deadlines.set(id, timer);
  }

  /** Ends the process because of one call, whose outcome waits for that, so that the next finds another. */
  private sentence(id: number, reason: FailureReason, message: string): void {
    this.guilty = { id, reason, message };
    this.child.kill(reason, message);
  }

  private late(id: number): void {
    this.sentence(id, 'timeout', 'It did not end in time, and the runner did not end it.');
  }

  /** False when the message is not one that may come now. */
  private receive(message: FromRunner, body: string): boolean {
    switch (message.type) {
      case 'ready':
        return this.ready(body);
      case 'failed':
        this.starting?.reject(new RunnerStartError(message.reason, message.message));
        return this.starting !== undefined;
      case 'host':
        return this.host(message, body);
      case 'log':
        return this.log(message, body);
      case 'kept':
        return this.kept(message.call, body);
      case 'broken':
        return this.broken(message);
      case 'loading':
        return this.loading(message.call);
      case 'memory':
        return this.memory.report(message.rssBytes);
    }
  }

  /** The call has an isolate to be made first, which loads and begins, each in the time of a call. */
  private loading(id: number): boolean {
    if (this.calls.get(id)?.load() !== true) return false;
    this.expect(id, 3 * this.plan.limits.wallMs);
    return true;
  }

  private ready(body: string): boolean {
    const offers = readOffers(parse(body));
    if (this.starting === undefined || offers === undefined) return false;
    this.starting.resolve(offers);
    return true;
  }

  private host(
    { call: id, op, name }: Extract<FromRunner, { type: 'host' }>,
    body: string,
  ): boolean {
    const call = this.callOf(id);
    const argument = parse(body);
    const answer = argument === undefined ? undefined : call?.ask(name, argument);
    void answer?.then(({ ok, json }) => {
      if (call?.isOpen === true) this.child.send({ type: 'answer', call: id, op, ok }, json);
    });
    return answer !== undefined;
  }

  private log({ call: id, level }: Extract<FromRunner, { type: 'log' }>, body: string): boolean {
    const text = parse(body);
    return typeof text === 'string' && this.callOf(id)?.log({ level, text }) === true;
  }

  private kept(id: number, body: string): boolean {
    const value = parse(body);
    const call = value === undefined ? undefined : this.take(id);
    call?.keep(value);
    return call !== undefined;
  }

  private broken(message: Extract<FromRunner, { type: 'broken' }>): boolean {
    const { reason, message: text } = message;
    if (!this.calls.has(message.call)) return false;
    if (message.killed === 'process') this.sentence(message.call, reason, text);
    else {
      if (message.killed === 'isolate') this.listener.isolateKilled(reason, text);
      this.take(message.call)?.fail(reason, text);
    }
    return true;
  }

  /** A call, or the beginning of an isolate, which may happen while something is waited for. */
  private callOf(id: number): CallInFlight | undefined {
    if (id >= firstCall) return this.calls.get(id);
    return this.starting !== undefined || this.calls.size > 0 ? this.beginnings : undefined;
  }

  /** Why a call did not come to its end when the process did. */
  private verdictOn(id: number, { reason, message }: Omit<ChildEnd, 'printed'>) {
    if (this.stopping) return { reason: 'stopped' as const, message };
    if (this.guilty === undefined) return { reason, message };
    if (this.guilty.id === id) return this.guilty;
    return { reason: 'crashed' as const, message: 'Another call made the runner end.' };
  }

  /** Every call may be the one for which isolates have to begin. */
  private mayBegin(): void {
    const { initHost, limits } = this.plan;
    const refuse = () => Promise.reject(new Error('there is no host before init'));
    const atMost = fixedLimits.maxHostCalls * isolatesFor(limits);
    this.beginnings = new CallInFlight(initHost() ?? refuse, atMost);
  }

  private take(id: number): CallInFlight | undefined {
    const call = this.calls.get(id);
    this.calls.delete(id);
    clearTimeout(this.deadlines.get(id));
    this.deadlines.delete(id);
    this.watchWhileBusy();
    return call;
  }

  private watchWhileBusy(): void {
    if (this.calls.size === 0 && this.starting === undefined) this.memory.stop();
  }

  private childEnded(end: ChildEnd): void {
    this.end = end;
    this.memory.stop();
    this.starting?.reject(new RunnerStartError(end.reason, end.message));
    for (const [id, call] of [...this.calls]) {
      this.take(id);
      const { reason, message } = this.verdictOn(id, end);
      call.fail(reason, message);
    }
    this.onGone();
    this.listener.ended(end);
  }
}

/** Undefined for what is no JSON. SECURITY: the sender may be broken. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
