import { randomUUID } from 'node:crypto';
import { fixedLimits } from '../runner-limits.js';
import type { FailureReason, LogLine, Target } from '../runner-outcome.js';
import type { StartLimits } from '../channel/messages.js';
import { Job, type JobEnd } from './job.js';
import { GuestIsolate, type GuestMessage } from './guest-isolate.js';
import type { ModuleTree } from './module-tree.js';

/** What a lane says about the call that it has. */
export interface LaneListener {
  readonly host: (call: number, op: number, name: string, json: string) => void;
  readonly log: (call: number, level: LogLine['level'], text: string) => void;
  /** An isolate has to be made before this call can begin. */
  readonly loading: (call: number) => void;
  /** The engine is lost, and with it the process. Without a call it was lost at the start. */
  readonly lost: (call: number | undefined, reason: FailureReason, message: string) => void;
}

export interface Call {
  readonly id: number;
  readonly target: Target;
  readonly sliceMs: number;
  readonly input: string;
}

export interface Loaded {
  readonly tree: ModuleTree;
  readonly entry: string;
  readonly limits: StartLimits;
}

/**
 * One isolate and its calls, one after the other. An isolate that had to be ended is replaced when
 * the next call comes.
 */
export class Lane {
  isBusy = false;
  private guest: GuestIsolate | undefined;
  private job: Job | undefined;
  private hasInitialised = false;
  private call: number | undefined;

  constructor(
    /** Under which it loads and begins. */
    private readonly number: number,
    private readonly plugin: Loaded,
    private readonly listener: LaneListener,
  ) {}

  /** Loads the plugin and answers what it offers, as JSON. */
  async load(): Promise<JobEnd> {
    const { tree, entry, limits } = this.plugin;
    this.hasInitialised = false;
    const guest = new GuestIsolate(limits.memoryMb, {
      received: (message) => {
        this.received(message);
      },
      lost: (message) => {
        this.listener.lost(this.call, 'memory', message);
      },
    });
    this.guest = guest;
    const end = await this.work(guest, this.number, limits.loadSliceMs, async (job) => {
      try {
        await guest.load(this.number, tree, entry, limits.loadSliceMs);
        job.sliceEnded('ended');
      } catch (error) {
        const how = guest.endOf(error);
        if (how === 'ended') job.fail('thrown', textOf(error));
        job.sliceEnded(how);
      }
    });
    if (!end.ok) this.drop();
    return end;
  }

  /** `wantsInit`: a new isolate runs the plugin's `init` before anything else. */
  async run(call: Call, wantsInit: boolean): Promise<JobEnd> {
    this.call = call.id;
    if (this.guest === undefined) {
      this.listener.loading(call.id);
      const loaded = await this.load();
      if (!loaded.ok) return loaded;
    }
    if (call.target.kind === 'init') this.hasInitialised = true;
    else if (wantsInit && !this.hasInitialised) {
      const begun = await this.begin();
      if (!begun.ok) return begun;
    }
    return this.enter(call);
  }

  /** Runs `init`, in the name of no call. */
  async begin(): Promise<JobEnd> {
    this.hasInitialised = true;
    const { loadSliceMs: sliceMs } = this.plugin.limits;
    const end = await this.enter({
      id: this.number,
      target: { kind: 'init' },
      sliceMs,
      input: 'null',
    });
    if (end.ok) return end;
    // Without its beginning a plugin is in no state to be called.
    this.drop();
    return { ...end, message: `init: ${end.message}`.slice(0, fixedLimits.maxMessageLength) };
  }

  /** The host's answer. One that comes when its call has ended is dropped. */
  answer(call: number, op: number, ok: boolean, json: string): void {
    const { guest, job } = this;
    if (guest === undefined || job?.id !== call || job.hasResult) return;
    job.asked -= 1;
    job.slice((sliceMs) => guest.slice('settle', [call, op, ok], json, sliceMs));
  }

  private async enter({ id, target, sliceMs, input }: Call): Promise<JobEnd> {
    const { guest } = this;
    if (guest === undefined) throw new Error('a lane was entered before it was loaded');
    const [first, second] = namesOf(target);
    const end = await this.work(guest, id, sliceMs, (job) => {
      job.slice((ms) => guest.slice('enter', [id, target.kind, first, second], input, ms));
    });
    if (end.isolateGone) this.guest = undefined;
    return end;
  }

  private async work(
    guest: GuestIsolate,
    id: number,
    sliceMs: number,
    begin: (job: Job) => unknown,
  ): Promise<JobEnd> {
    const job = new Job(guest, id, sliceMs, this.plugin.limits, (reason) => {
      this.listener.lost(this.call, reason, 'It could not be stopped.');
    });
    this.job = job;
    void begin(job);
    const end = await job.ended;
    this.job = undefined;
    return end;
  }

  private drop(): void {
    this.guest?.dispose();
    this.guest = undefined;
  }

  private received({ kind, call, first, second, text }: GuestMessage): void {
    const job = this.job;
    if (job?.id !== call) return;
    switch (kind) {
      case 'done':
        job.done(first as 'kept' | FailureReason, text);
        break;
      case 'flood':
        job.fail('too-many-host-calls', `More than ${fixedLimits.maxHostCalls} calls of the host.`);
        break;
      case 'log':
        this.listener.log(job.id, first as LogLine['level'], text);
        break;
      case 'host':
        job.asked += 1;
        this.ask(job, Number(first), second, text);
        break;
      default:
    }
  }

  /** What needs nobody's permission is answered here. */
  private ask(job: Job, op: number, name: string, json: string): void {
    const answer = (value: unknown) => {
      this.answer(job.id, op, true, JSON.stringify(value));
    };
    if (name === 'now') answer(Date.now());
    else if (name === 'randomUUID') answer(randomUUID());
    else if (name === 'sleep') {
      const { ms } = JSON.parse(json) as { ms?: unknown };
      const waitMs = typeof ms === 'number' && ms > 0 ? ms : 0;
      // What would wake after the call's time need not be woken.
      if (waitMs >= job.msLeft) return;
      job.onEnd(
        setTimeout(() => {
          answer(null);
        }, waitMs),
      );
    } else {
      const refusal = job.refusalOf(json);
      if (refusal === undefined) this.listener.host(job.id, op, name, json);
      else this.answer(job.id, op, false, JSON.stringify({ message: refusal }));
    }
  }
}

function namesOf(target: Target): readonly [string, string] {
  switch (target.kind) {
    case 'hook':
      return [target.event, ''];
    case 'endpoint':
      return [target.handler, ''];
    case 'modal':
      return [target.modal, target.action];
    default:
      return ['', ''];
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : 'The plugin cannot be loaded.';
}
