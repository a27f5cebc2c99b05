import { apply, create, freeze, isArray, isOneOf, keys, SafeError, visit } from './primordials.js';

export type Handler = (...args: unknown[]) => unknown;

/** What `definePlugin` takes, before it was checked. */
interface Definition {
  readonly init?: unknown;
  readonly check?: unknown;
  readonly hooks?: unknown;
  readonly endpoints?: unknown;
  readonly modals?: unknown;
}

type Handlers = Readonly<Record<string, Handler>>;

/** A plugin's functions, in objects without a prototype, so that no name finds what was not given. */
export interface Handled {
  readonly init: Handler | undefined;
  readonly check: Handler | undefined;
  readonly hooks: Handlers;
  readonly endpoints: Handlers;
  /** By modal and then by action, `open` among them. */
  readonly modals: Readonly<Record<string, Handlers>>;
}

const parts = freeze(['init', 'check', 'hooks', 'endpoints', 'modals']);
const openIsThere = 'open';

/** Reads a plugin's definition once. Throws an Error that says which part is not what it should be. */
export function readDefinition(value: unknown): Handled {
  if (typeof value !== 'object' || value === null || isArray(value)) {
    throw new SafeError('The entry must export default definePlugin({ … }).');
  }
  refuseUnknown(value, parts, 'definePlugin');
  const { init, check, hooks, endpoints, modals } = value as Definition;
  return freeze({
    init: init === undefined ? undefined : handler(init, 'init'),
    check: check === undefined ? undefined : handler(check, 'check'),
    hooks: handlers(hooks, 'hooks'),
    endpoints: handlers(endpoints, 'endpoints'),
    modals: each(modals, 'modals', modal),
  });
}

function modal(value: unknown, where: string): Handlers {
  if (typeof value !== 'object' || value === null)
    throw new SafeError(`${where} is not an object.`);
  refuseUnknown(value, [openIsThere, 'actions'], where);
  const { open, actions } = value as { open?: unknown; actions?: unknown };
  const found = create(null) as Record<string, Handler>;
  const given = handlers(actions, `${where}.actions`);
  visit(keys(given), (name) => {
    if (name === openIsThere) throw new SafeError(`${where}.actions cannot have one called open.`);
    const action = given[name];
    if (action !== undefined) found[name] = action;
  });
  found[openIsThere] = handler(open, `${where}.open`);
  return freeze(found);
}

function handlers(value: unknown, where: string): Handlers {
  return each(value, where, handler);
}

function each<T>(
  value: unknown,
  where: string,
  read: (entry: unknown, where: string) => T,
): Readonly<Record<string, T>> {
  const found = create(null) as Record<string, T>;
  if (value === undefined) return freeze(found);
  if (typeof value !== 'object' || value === null || isArray(value)) {
    throw new SafeError(`${where} is not an object.`);
  }
  visit(keys(value), (name) => {
    found[name] = read((value as Record<string, unknown>)[name], `${where}['${name}']`);
  });
  return freeze(found);
}

function handler(value: unknown, where: string): Handler {
  if (typeof value !== 'function') throw new SafeError(`${where} is not a function.`);
  // A plugin's own receiver is never ours, so that `this` leads nowhere.
  return (...args) => apply(value as Handler, undefined, args);
}

function refuseUnknown(value: object, known: readonly string[], where: string): void {
  visit(keys(value), (name) => {
    if (!isOneOf(known, name)) throw new SafeError(`${where} has no part called ${name}.`);
  });
}
