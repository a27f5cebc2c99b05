import { Problem } from '../../platform/errors/index.js';
import { fixedLimits } from './runner-limits.js';
import type { CallOutcome, FailureReason, HostCall, LogLine } from './runner-outcome.js';

/** What the host says to a plugin's question, ready for the channel. */
export interface HostAnswer {
  readonly ok: boolean;
  readonly json: string;
}

/**
 * One call as the API process sees it. It keeps count by itself of what the runner may send: a runner
 * that a plugin broke out into is held to the same numbers.
 */
export class CallInFlight {
  readonly outcome: Promise<CallOutcome>;
  private readonly logs: LogLine[] = [];
  private logLength = 0;
  private hostCalls = 0;
  private hasEnded = false;
  private hasLoaded = false;
  private settle!: (outcome: CallOutcome) => void;

  constructor(
    private readonly host: HostCall,
    /** How many calls of the host it may make. */
    private readonly maxHostCalls: number = fixedLimits.maxHostCalls,
  ) {
    this.outcome = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  /** Undefined when the runner asks more than it may. */
  ask(op: string, argument: unknown): Promise<HostAnswer> | undefined {
    this.hostCalls += 1;
    if (this.hostCalls > this.maxHostCalls) return undefined;
    return answerOf(this.host, op, argument);
  }

  /** False when the runner logs more than it may. */
  log(line: LogLine): boolean {
    this.logLength += line.text.length;
    if (this.logs.length >= fixedLimits.maxLogLines) return false;
    if (this.logLength > fixedLimits.maxLogLength) return false;
    this.logs.push(line);
    return true;
  }

  /** False when the runner says a second time that it has to make an isolate. */
  load(): boolean {
    const isFirst = !this.hasLoaded;
    this.hasLoaded = true;
    return isFirst;
  }

  keep(value: unknown): void {
    this.end({ ok: true, value, logs: this.logs });
  }

  fail(reason: FailureReason, text: string): void {
    const message = text.slice(0, fixedLimits.maxMessageLength);
    this.end({ ok: false, reason, message, logs: this.logs });
  }

  /** Whether an answer of the host still has somebody to go to. */
  get isOpen(): boolean {
    return !this.hasEnded;
  }

  private end(outcome: CallOutcome): void {
    this.hasEnded = true;
    this.settle(outcome);
  }
}

async function answerOf(host: HostCall, op: string, argument: unknown): Promise<HostAnswer> {
  try {
    const json = jsonOf(await host(op, argument));
    if (json !== undefined) return { ok: true, json };
    return refused({ message: `What ${op} answers is too large for a plugin.` });
  } catch (error) {
    if (error instanceof Problem && error.definition.status < 500) {
      return refused({ message: error.message, code: error.code });
    }
    // SECURITY: what went wrong inside promptd is not the plugin's to know.
    return refused({ message: `${op} failed.` });
  }
}

function refused({ message, code }: { message: string; code?: string }): HostAnswer {
  const text = message.slice(0, fixedLimits.maxMessageLength);
  return { ok: false, json: JSON.stringify({ message: text, code }) };
}

/** The JSON of a value, or undefined when the channel does not take so much. */
export function jsonOf(value: unknown): string | undefined {
  const json = JSON.stringify(value ?? null);
  return Buffer.byteLength(json) > fixedLimits.maxJsonBytes ? undefined : json;
}
