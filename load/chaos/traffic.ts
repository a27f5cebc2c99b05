import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { promptContent, type Registry } from '../server/registry.js';
import { type Ask, Caller, type Told } from './http.js';
import { Truth } from './truth.js';

export interface TrafficPlan {
  readonly registry: Registry;
  readonly key: string;
  /** Where readers and the writer ask. */
  readonly readUrl: string;
  readonly writeUrl: string;
  /** Whether one and the same instance answers all reads, so that a label must never go back. */
  readonly oneInstance?: boolean;
}

export interface Tally {
  readonly sent: number;
  /** Without an answer, or with a status of 500 and above. */
  readonly lost: number;
  /** How: a status, a code of the connection, or `timeout`. */
  readonly losses: Readonly<Record<string, number>>;
  /** Of those, what a client still sees that tries once more. */
  readonly lostAfterRetry: number;
  readonly wrong: number;
  readonly firstWrong: string | null;
  /** The longest that a reader still got what had been replaced. */
  readonly maxStaleMs: number;
  /** From the fault to the last request that was lost; 0 when none was. */
  readonly recoveryMs: number;
}

const prompts = Array.from({ length: 20 }, (_, index) => `chaos/${index}`);
const readers = 8;
const readPauseMs = 4;
const writePauseMs = 25;
const retryAfterMs = 100;

/** Readers that check every answer, and one writer that publishes and moves a label all the time. */
export class Traffic {
  private readonly plan: TrafficPlan;
  private readonly truth = new Truth();
  private readonly stopping = new AbortController();
  private workers: readonly Promise<void>[] = [];
  private faultAt: number | undefined;
  private lastLossAt: number | undefined;
  private sent = 0;
  private lost = 0;
  private readonly losses: Record<string, number> = {};
  private lostAfterRetry = 0;
  private readonly wrong: string[] = [];
  private maxStaleMs = 0;

  constructor(plan: TrafficPlan) {
    this.plan = plan;
  }

  /** Publishes a first version of everything, then begins. */
  async start(): Promise<void> {
    const writer = new Caller(this.plan.writeUrl);
    for (const prompt of prompts) await this.publish(writer, prompt);
    this.workers = [
      this.write(writer),
      ...Array.from({ length: readers }, (_, index) => this.read(index)),
    ];
  }

  /** From now on the time of recovery is taken. */
  fault(): void {
    this.faultAt = performance.now();
  }

  /** Ends, asks for every version that was acknowledged, and tells what happened. */
  async stop(): Promise<Tally> {
    this.stopping.abort();
    await Promise.all(this.workers);
    await this.verify();
    return {
      sent: this.sent,
      lost: this.lost,
      losses: this.losses,
      lostAfterRetry: this.lostAfterRetry,
      wrong: this.wrong.length,
      firstWrong: this.wrong[0] ?? null,
      maxStaleMs: Math.round(this.maxStaleMs),
      recoveryMs:
        this.faultAt === undefined || this.lastLossAt === undefined
          ? 0
          : Math.max(0, Math.round(this.lastLossAt - this.faultAt)),
    };
  }

  private async write(writer: Caller): Promise<void> {
    for (let turn = 0; !this.stopping.signal.aborted; turn += 1) {
      await this.publish(writer, prompts[turn % prompts.length] ?? '');
      await delay(writePauseMs);
    }
    writer.close();
  }

  private async publish(writer: Caller, prompt: string): Promise<void> {
    const text = `Take ${randomUUID()} for {{customer}}.`;
    const ordinal = this.truth.attempt(prompt, text);
    const answer = await this.ask(writer, {
      method: 'POST',
      path: `${this.plan.registry.promptPath(prompt)}/versions`,
      key: this.plan.key,
      // The same key with the retry, so that a lost answer does not lead to two versions.
      headers: { 'Idempotency-Key': randomUUID() },
      body: JSON.stringify({
        content: promptContent(text),
        version: `1.0.${ordinal - 1}`,
        labels: ['live'],
      }),
    });
    if (answer === undefined) return;
    if (answer.status === 201 || answer.status === 200) {
      this.truth.acknowledge(prompt, ordinal, performance.now());
    } else {
      this.wrong.push(`a publish was answered with ${answer.status} ${answer.text}`);
    }
  }

  private async read(first: number): Promise<void> {
    const caller = new Caller(this.plan.readUrl);
    const seen = new Map<string, number>();
    for (let turn = first; !this.stopping.signal.aborted; turn += 1) {
      const prompt = prompts[turn % prompts.length] ?? '';
      const sentAt = performance.now();
      const answer = await this.ask(caller, {
        method: 'GET',
        path: this.plan.registry.readPath(prompt, 'live'),
        key: this.plan.key,
      });
      if (answer !== undefined) this.check(prompt, answer, sentAt, seen);
      await delay(readPauseMs);
    }
    caller.close();
  }

  private check(prompt: string, answer: Told, sentAt: number, seen: Map<string, number>): void {
    if (answer.status !== 200) {
      this.wrong.push(`a read was answered with ${answer.status} ${answer.text}`);
      return;
    }
    const judgement = this.truth.judge(prompt, answer.text, sentAt);
    if (judgement.kind === 'wrong') {
      this.wrong.push(judgement.why);
      return;
    }
    this.maxStaleMs = Math.max(this.maxStaleMs, judgement.staleMs);
    const before = seen.get(prompt) ?? 0;
    if (this.plan.oneInstance && judgement.ordinal < before) {
      this.wrong.push(`the label of ${prompt} went back from ${before} to ${judgement.ordinal}`);
    }
    seen.set(prompt, judgement.ordinal);
  }

  /** What was once answered with success must be there, whatever happened since. */
  private async verify(): Promise<void> {
    const caller = new Caller(this.plan.writeUrl);
    for (const { prompt, version } of this.truth.acknowledged()) {
      const path = this.plan.registry.readPath(prompt, version);
      const answer = await this.ask(caller, { method: 'GET', path, key: this.plan.key });
      const judgement =
        answer?.status === 200 ? this.truth.judge(prompt, answer.text, 0) : undefined;
      if (judgement?.kind !== 'right') {
        this.wrong.push(`${prompt}@${version} was published, and is ${answer?.text ?? 'lost'}`);
      }
    }
    caller.close();
  }

  /** Once, and once more when it was lost; undefined when both were. */
  private async ask(caller: Caller, ask: Ask): Promise<Told | undefined> {
    this.sent += 1;
    const first = await this.answered(caller, ask);
    if (typeof first !== 'string') return first;
    this.lost += 1;
    this.losses[first] = (this.losses[first] ?? 0) + 1;
    await delay(retryAfterMs);
    const second = await this.answered(caller, ask);
    if (typeof second !== 'string') return second;
    this.lostAfterRetry += 1;
    return undefined;
  }

  /** The answer, or how it was lost. */
  private async answered(caller: Caller, ask: Ask): Promise<Told | string> {
    const answer = await caller.send(ask).catch(reasonOf);
    if (typeof answer !== 'string' && !isLost(answer)) return answer;
    this.lastLossAt = performance.now();
    return typeof answer === 'string' ? answer : String(answer.status);
  }
}

/** Also when a first try, whose answer was lost, is still at work. */
function isLost({ status, text }: Told): boolean {
  return status >= 500 || (status === 409 && text.includes('idempotency-in-progress'));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout';
  return 'code' in error ? String(error.code) : error.message;
}
