import {
  cut,
  freeze,
  mapDelete,
  mapGet,
  mapSet,
  parse,
  SafeError,
  SafeMap,
  SafePromise,
  stringify,
} from './primordials.js';

/** What the runner allows; fixed when an isolate starts. */
export interface GuestLimits {
  readonly maxJsonLength: number;
  readonly maxErrorLength: number;
  readonly maxLogLength: number;
  readonly maxLogLines: number;
  readonly maxHostCalls: number;
  readonly maxHostCallsInFlight: number;
}

/** Sends one message to the runner: its kind, its call, two small things of that kind, and a text. */
export type Post = (
  kind: string,
  call: number,
  first: number | string,
  second: string,
  text: string,
) => void;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * What one call may still ask of the host. An isolate has one call at a time, so the host function
 * never needs to be told for whom it asks, and a plugin cannot say it.
 */
export interface CallRecord {
  readonly id: number;
  /** False when the call has ended already. */
  readonly end: () => boolean;
  /** Asks the host. What is over the number in flight waits for its turn. */
  readonly ask: (name: string, argument: unknown) => Promise<unknown>;
  /** The host's answer; `text` is JSON, of the value or of the message. */
  readonly answer: (op: number, isKept: boolean, text: string) => void;
  /** Whether this is an error with which the host refused something of this call. */
  readonly isRefusal: (thrown: unknown) => boolean;
  readonly log: (level: string, text: string) => void;
}

/*
 * SECURITY: closures and not a class, because an assignment to a field looks for a setter on
 * Object.prototype, where a plugin could put one and be handed what it must not have.
 */
export function callRecord(id: number, limits: GuestLimits, post: Post): CallRecord {
  let isEnded = false;
  const hostCalls = createHostCalls(id, limits, post, () => isEnded);
  let logLength = 0;
  let logLines = 0;
  return freeze({
    id,
    end: () => {
      const isFirst = !isEnded;
      isEnded = true;
      return isFirst;
    },
    ask: hostCalls.ask,
    answer: hostCalls.answer,
    isRefusal: hostCalls.isRefusal,
    log: (level: string, text: string) => {
      const room = limits.maxLogLength - logLength;
      if (isEnded || room <= 0 || logLines >= limits.maxLogLines) return;
      const kept = cut(text, room);
      logLength += kept.length;
      logLines += 1;
      post('log', id, level, '', kept);
    },
  });
}

function createHostCalls(id: number, limits: GuestLimits, post: Post, isEnded: () => boolean) {
  const asked = new SafeMap<number, Waiting>();
  const line = new SafeMap<number, () => void>();
  const refusals = new SafeMap<unknown, true>();
  let made = 0;
  let inFlight = 0;
  let nextInLine = 0;
  let endOfLine = 0;

  const ask = (name: string, argument: unknown): Promise<unknown> =>
    new SafePromise((resolve, reject) => {
      // This may run the plugin's `toJSON`; nothing is counted before it has ended.
      const json = stringify(argument) ?? 'null';
      if (isEnded()) throw new SafeError('The call that asks has ended.');
      if (json.length > limits.maxJsonLength) {
        throw new SafeError(`What ${name} is asked has ${json.length} characters, too many.`);
      }
      if (made >= limits.maxHostCalls) {
        // Never settles: the runner ends this call, and nothing of it goes on.
        post('flood', id, '', '', '');
        return;
      }
      made += 1;
      const op = made;
      const begin = () => {
        inFlight += 1;
        mapSet(asked, op, { resolve, reject });
        post('host', id, op, name, json);
      };
      if (inFlight < limits.maxHostCallsInFlight) begin();
      else {
        mapSet(line, endOfLine, begin);
        endOfLine += 1;
      }
    });

  const answer = (op: number, isKept: boolean, text: string): void => {
    const waiting = mapGet(asked, op);
    if (waiting === undefined || isEnded()) return;
    mapDelete(asked, op);
    inFlight -= 1;
    const next = mapGet(line, nextInLine);
    if (next !== undefined) {
      mapDelete(line, nextInLine);
      nextInLine += 1;
      next();
    }
    if (isKept) {
      waiting.resolve(parse(text));
      return;
    }
    const refusal = errorOf(parse(text) as { message: string; code?: string });
    mapSet(refusals, refusal, true);
    waiting.reject(refusal);
  };
  const isRefusal = (thrown: unknown): boolean => mapGet(refusals, thrown) === true;
  return { ask, answer, isRefusal };
}

function errorOf({ message, code }: { message: string; code?: string }): Error {
  const error = new SafeError(message);
  if (code !== undefined) (error as { code?: string }).code = code;
  return error;
}
