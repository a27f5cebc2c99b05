import { fixedLimits } from '../runner-limits.js';
import type { FailureReason } from '../runner-outcome.js';
import type { StartLimits } from '../channel/messages.js';
import type { GuestIsolate, SliceEnd } from './guest-isolate.js';
import { isDeeperThan } from './json-depth.js';

interface Failure {
  readonly ok: false;
  readonly reason: FailureReason;
  readonly message: string;
}

type Result = { readonly ok: true; readonly json: string } | Failure;

/** `isolateGone`: whatever comes next needs another one. */
export type JobEnd = Result & { readonly isolateGone: boolean };

const clockMs = 25;
/** How long an isolate that was told to end may take; one that takes longer takes the process with it. */
const disposalMs = 300;

/**
 * One thing that an isolate does, with the clocks that bound it. It has ended when there is a result
 * and no code of the plugin runs any more: what a plugin leaves running is still on its own time, and
 * nothing of it goes on later, because only an entry of the bootstrap makes code run.
 *
 * Three clocks: each slice has the time limit of the engine; every 25 ms this looks at processor and
 * wall time; the supervisor kills the process when even that does not help.
 */
export class Job {
  readonly ended: Promise<JobEnd>;
  /** Host calls that were not answered yet. */
  asked = 0;
  private result: Result | undefined;
  /** The beginning is one, so that nothing ends before it began. */
  private running = 1;
  private hasBegun = false;
  private finish!: (end: JobEnd) => void;
  private hasFinished = false;
  private disposedAt: number | undefined;
  private isolateGone = false;
  private readonly startedAt = performance.now();
  private readonly cpuAtStartMs: number;
  private readonly clock: NodeJS.Timeout;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly guest: GuestIsolate,
    readonly id: number,
    private readonly sliceMs: number,
    private readonly limits: StartLimits,
    private readonly lost: (reason: FailureReason) => void,
  ) {
    this.cpuAtStartMs = guest.cpuMs;
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.clock = setInterval(() => {
      this.look();
    }, clockMs);
  }

  get hasResult(): boolean {
    return this.result !== undefined;
  }

  get msLeft(): number {
    return Math.max(0, this.limits.wallMs - (performance.now() - this.startedAt));
  }

  /** Runs a slice. The first one is what the job was made for. */
  slice(run: (sliceMs: number) => Promise<SliceEnd>): void {
    if (this.hasBegun) this.running += 1;
    this.hasBegun = true;
    void run(this.sliceMs).then((how) => {
      this.sliceEnded(how);
    });
  }

  /** What the bootstrap says of the call: its result, or why there is none. */
  done(what: 'kept' | FailureReason, text: string): void {
    const refusal = what === 'kept' ? this.refusalOf(text) : undefined;
    if (refusal !== undefined) this.fail('too-large', refusal);
    else if (what === 'kept') this.result ??= { ok: true, json: text };
    else this.fail(what, text);
  }

  /** The first result stays. */
  fail(reason: FailureReason, text: string): Failure {
    const message = text.slice(0, fixedLimits.maxMessageLength);
    const failure: Failure = { ok: false, reason, message };
    this.result ??= failure;
    return this.result.ok ? failure : this.result;
  }

  sliceEnded(how: SliceEnd): void {
    this.running -= 1;
    switch (how) {
      case 'timeout':
        // What was kept before does not count: the plugin went on, and had to be stopped.
        this.overrule('timeout', `It ran for ${this.sliceMs} ms without waiting for anything.`);
        break;
      case 'memory':
        this.isolateGone = true;
        this.overrule('memory', 'It used more memory than it may.');
        break;
      case 'disposed':
        this.isolateGone = true;
        this.fail('crashed', 'Its isolate is gone.');
        break;
      case 'ended':
    }
    if (this.running > 0) return;
    if (this.cpuMs > this.limits.cpuMs) this.overrule('cpu', this.cpuText());
    else if (this.result === undefined && this.asked === 0) {
      this.fail('timeout', 'It waits for a promise that nothing can settle.');
    }
    if (this.result !== undefined) this.end(this.result);
  }

  /** Cleared when the job ends. */
  onEnd(timer: NodeJS.Timeout): void {
    this.timers.push(timer);
  }

  /** Why a JSON text of the plugin must not go further. */
  refusalOf(json: string): string | undefined {
    const { maxJsonBytes, maxJsonDepth } = fixedLimits;
    if (Buffer.byteLength(json) > maxJsonBytes) return `It has more than ${maxJsonBytes} bytes.`;
    if (isDeeperThan(maxJsonDepth, json)) return `It nests deeper than ${maxJsonDepth} levels.`;
    // SECURITY: it would end the line it is sent in, and begin another message.
    return json.includes('\n') ? 'It is not JSON.' : undefined;
  }

  private look(): void {
    if (this.disposedAt !== undefined) {
      if (performance.now() - this.disposedAt < disposalMs) return;
      this.lost((this.result as { reason: FailureReason }).reason);
      return;
    }
    if (this.running > 0 && this.cpuMs > this.limits.cpuMs) {
      this.overrule('cpu', this.cpuText());
      this.dispose();
    } else if (this.msLeft === 0) {
      const late = this.overrule('timeout', `It took longer than ${this.limits.wallMs} ms.`);
      // Without code that runs there is nothing to stop; who waits for the host is simply not told.
      if (this.running > 0) this.dispose();
      else this.end(late);
    }
  }

  private dispose(): void {
    this.disposedAt = performance.now();
    this.isolateGone = true;
    this.guest.dispose();
  }

  /** A result of before does not count any more, unless it is a failure. */
  private overrule(reason: FailureReason, message: string): Failure {
    if (this.result?.ok === true) this.result = undefined;
    return this.fail(reason, message);
  }

  private get cpuMs(): number {
    return this.guest.cpuMs - this.cpuAtStartMs;
  }

  private cpuText(): string {
    return `It used more than ${this.limits.cpuMs} ms of processor time.`;
  }

  private end(result: Result): void {
    if (this.hasFinished) return;
    this.hasFinished = true;
    clearInterval(this.clock);
    for (const timer of this.timers) clearTimeout(timer);
    this.finish({ ...result, isolateGone: this.isolateGone });
  }
}
