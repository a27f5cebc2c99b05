import {
  failureReasons,
  type FailureReason,
  type LogLine,
  type Target,
} from '../runner-outcome.js';

/*
 * The two languages of the channel between the API process and a runner. A message is one line of
 * JSON; what a plugin made or gets is never inside of it but the line after, as the text it is, so
 * that it is neither escaped twice nor able to look like a message.
 */

/** What the API process tells a runner. `(body)` marks those with a second line. */
export type ToRunner =
  /** (body) A part of a module's text, as a JSON string; parts of one file follow each other. */
  | { readonly type: 'file'; readonly path: string }
  | {
      readonly type: 'start';
      readonly entry: string;
      readonly limits: StartLimits;
      readonly init: boolean;
    }
  /** (body) */
  | {
      readonly type: 'call';
      readonly call: number;
      readonly target: Target;
      readonly sliceMs: number;
    }
  /** (body) What the host answered; when it did not, the body is `{ message, code? }`. */
  | { readonly type: 'answer'; readonly call: number; readonly op: number; readonly ok: boolean };

export interface StartLimits {
  readonly memoryMb: number;
  readonly loadSliceMs: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** What a plugin has functions for. */
export interface Offers {
  readonly hooks: readonly string[];
  readonly endpoints: readonly string[];
  readonly modals: Readonly<Record<string, readonly string[]>>;
}

/** What a runner tells the API process. */
export type FromRunner =
  /** (body) Offers. */
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly reason: FailureReason; readonly message: string }
  /** (body) The argument. */
  | { readonly type: 'host'; readonly call: number; readonly op: number; readonly name: string }
  /** (body) The text, as a JSON string. */
  | { readonly type: 'log'; readonly call: number; readonly level: LogLine['level'] }
  /** (body) The value. */
  | { readonly type: 'kept'; readonly call: number }
  | {
      readonly type: 'broken';
      readonly call: number;
      readonly reason: FailureReason;
      readonly message: string;
      /** What had to be ended by force: with the process, this is the last that the runner says. */
      readonly killed: Killed;
    }
  /** The call waits for an isolate that is being made. */
  | { readonly type: 'loading'; readonly call: number }
  /** Where its memory cannot be seen from outside. */
  | { readonly type: 'memory'; readonly rssBytes: number };

export type Killed = 'nothing' | 'isolate' | 'process';

/**
 * Numbers below this are not calls of the API process but beginnings: an isolate loads the plugin and
 * runs its `init` under the number that is its own.
 */
export const firstCall = 16;

export const hostOps: ReadonlySet<string> = new Set([
  'prompts.get',
  'prompts.list',
  'prompts.versions',
  'prompts.propose',
  'render',
  'kv.get',
  'kv.set',
  'kv.delete',
  'http.fetch',
  'llm.complete',
  'session.update',
]);

const withBody: ReadonlySet<string> = new Set([
  'file',
  'call',
  'answer',
  'ready',
  'host',
  'log',
  'kept',
]);
const killed: ReadonlySet<unknown> = new Set<Killed>(['nothing', 'isolate', 'process']);
const levels: ReadonlySet<unknown> = new Set(['debug', 'info', 'warn', 'error']);
const reasons: ReadonlySet<unknown> = new Set(failureReasons);

export function hasBody(message: { readonly type: string }): boolean {
  return withBody.has(message.type);
}

/**
 * SECURITY: a runner is code that a plugin may have broken out into. Answers undefined for anything
 * that is not exactly a message of this list.
 */
export function readFromRunner(line: string): FromRunner | undefined {
  let message: Partial<Record<string, unknown>>;
  try {
    message = JSON.parse(line) as typeof message;
  } catch {
    return undefined;
  }
  if (typeof message !== 'object' || (message as unknown) === null) return undefined;
  return isFromRunner(message) ? (message as unknown as FromRunner) : undefined;
}

function isFromRunner(message: Partial<Record<string, unknown>>): boolean {
  const { type, call, op, name, level, reason, rssBytes } = message;
  const hasFailure = reasons.has(reason) && typeof message.message === 'string';
  switch (type) {
    case 'ready':
      return true;
    case 'failed':
      return hasFailure;
    case 'host':
      return isCount(call) && isCount(op) && typeof name === 'string' && hostOps.has(name);
    case 'log':
      return isCount(call) && levels.has(level);
    case 'kept':
    case 'loading':
      return isCount(call);
    case 'broken':
      return isCount(call) && hasFailure && killed.has(message.killed);
    case 'memory':
      return isCount(rssBytes);
    default:
      return false;
  }
}

/** What a plugin offers, or undefined when it is not said as it should be. */
export function readOffers(value: unknown): Offers | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { hooks, endpoints, modals } = value as Partial<Record<string, unknown>>;
  const isRead = isNames(hooks) && isNames(endpoints) && isNamesByName(modals);
  return isRead ? (value as Offers) : undefined;
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function isNamesByName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(isNames);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
