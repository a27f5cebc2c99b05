import { callRecord, type CallRecord, type GuestLimits, type Post } from './call-record.js';
import { type Handled, type Handler, readDefinition } from './definition.js';
import {
  apply,
  create,
  deleteProperty,
  has,
  keys,
  SafeError,
  SafePromise,
  parse,
  stringify,
  then,
  visit,
} from './primordials.js';
import { appendText, textOf } from './pieces.js';
import { causeOf, thrownText } from './thrown-text.js';

/*
 * The only way into a plugin and out of it. Whatever a handler returns or throws becomes a short
 * text here, in the isolate and inside the slice; only numbers and strings cross to the runner.
 */

/** The part of isolated-vm's Reference that is used. SECURITY: it never leaves this module. */
interface HostReference {
  readonly applyIgnored: (receiver: undefined, args: unknown[]) => void;
}

/**
 * Memory that the limit of an isolate does not count, code that runs when no call does, and a console
 * that leads nowhere.
 */
const taken = ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry', 'console'];

let post: Post;
let limits: GuestLimits;
let plugin: Handled | undefined;
let current: CallRecord | undefined;

/** Once, before any other code: connects the runner and takes away what no plugin may have. */
export function install(reference: HostReference, limitsJson: string): void {
  const { applyIgnored } = reference;
  post = (kind, call, first, second, text) => {
    const message = appendText([kind, call, first, second], text);
    apply(applyIgnored, reference, [undefined, message]);
  };
  limits = parse(limitsJson) as GuestLimits;
  visit(taken, (name) => {
    if (!deleteProperty(globalThis, name) || has(globalThis, name)) {
      throw new SafeError(`${name} cannot be taken away`);
    }
  });
}

/** Once, after the plugin's modules ran: reads its definition and reports what it handles. */
export function adopt(id: number, namespace: { readonly default?: unknown }): void {
  try {
    const { default: definition } = namespace;
    const read = readDefinition(definition);
    plugin = read;
    const modals = create(null) as Record<string, string[]>;
    visit(keys(read.modals), (name) => {
      modals[name] = keys(read.modals[name] ?? {});
    });
    const { hooks, endpoints } = read;
    const offers = stringify({ hooks: keys(hooks), endpoints: keys(endpoints), modals });
    post('done', id, 'kept', '', offers ?? 'null');
  } catch (thrown) {
    post('done', id, 'thrown', '', thrownText(thrown, limits.maxErrorLength));
  }
}

/** Begins a call. Its end is a message, `done`, which may be posted before this returns. */
export function enter(
  id: number,
  kind: string,
  first: string,
  second: string,
  ...input: string[]
): void {
  const record = callRecord(id, limits, post);
  current = record;
  try {
    const handler = find(kind, first, second);
    const value = handler === undefined ? undefined : invoke(handler, kind, textOf(input));
    // A thenable is asked for its value by this promise, in the same slice.
    const promise = new SafePromise<unknown>((resolve) => {
      resolve(value);
    });
    then(
      promise,
      (kept) => {
        keep(record, kept);
      },
      (reason) => {
        fail(record, reason);
      },
    );
  } catch (thrown) {
    fail(record, thrown);
  }
}

/** The host's answer to what a call asked. */
export function settle(id: number, op: number, isKept: boolean, ...text: string[]): void {
  if (current?.id === id) current.answer(op, isKept, textOf(text));
}

export function ask(name: string, argument: unknown): Promise<unknown> {
  if (current === undefined) {
    return new SafePromise((_, reject) => {
      reject(new SafeError('The registry can be used during a call only.'));
    });
  }
  return current.ask(name, argument);
}

/** Never fails, and is not among the calls of the host that are counted. */
export function log(level: string, message: unknown): void {
  current?.log(level, typeof message === 'string' ? message : loggable(message));
}

function loggable(message: unknown): string {
  try {
    return stringify(message) ?? 'undefined';
  } catch (thrown) {
    return thrownText(thrown, limits.maxErrorLength);
  }
}

/** Undefined when there is nothing to do: `init` and `check` are optional, and a ping is an answer. */
function find(kind: string, first: string, second: string): Handler | undefined {
  if (kind === 'ping') return undefined;
  if (plugin === undefined) throw new SafeError('The plugin was not loaded.');
  if (kind === 'init') return plugin.init;
  if (kind === 'check') return plugin.check;
  const found =
    kind === 'hook'
      ? plugin.hooks[first]
      : kind === 'endpoint'
        ? plugin.endpoints[first]
        : plugin.modals[first]?.[second];
  if (found === undefined)
    throw new SafeError(
      `The plugin has no ${kind} ${second === '' ? first : `${first}, ${second}`}.`,
    );
  return found;
}

function invoke(handler: Handler, kind: string, json: string): unknown {
  const input = parse(json) as unknown;
  if (kind !== 'modal') return handler(input);
  const modal = input as { session?: unknown; input?: unknown };
  return handler(modal.session, modal.input);
}

function keep(record: CallRecord, value: unknown): void {
  let json: string | undefined;
  try {
    json = stringify(value);
  } catch (thrown) {
    fail(record, thrown);
    return;
  }
  if (!record.end()) return;
  if (json === undefined) post('done', record.id, 'kept', '', 'null');
  else if (json.length <= limits.maxJsonLength) post('done', record.id, 'kept', '', json);
  else post('done', record.id, 'too-large', '', `The result has ${json.length} characters.`);
}

function fail(record: CallRecord, thrown: unknown): void {
  const text = thrownText(thrown, limits.maxErrorLength);
  const isRefusal = record.isRefusal(thrown) || record.isRefusal(causeOf(thrown));
  if (record.end()) post('done', record.id, isRefusal ? 'refused' : 'thrown', '', text);
}
