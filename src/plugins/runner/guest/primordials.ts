/*
 * Runs inside the isolate, before any code of a plugin, and keeps what the rest of this folder works
 * with: a plugin may replace whatever can be reached from `globalThis`.
 *
 * SECURITY: the files of this folder must not use a global, a method, a spread, a destructured array
 * or a for-of loop once a plugin's code has run; each of them looks something up that a plugin can
 * replace. They use these.
 */

type Method = (this: never, ...args: never[]) => unknown;

const { apply, defineProperty, deleteProperty, has } = Reflect;
const { freeze, create, keys } = Object;
const { isArray } = Array;
const { parse } = JSON;
/** Undefined for what has no JSON, such as a function. */
const stringify = JSON.stringify as (value: unknown) => string | undefined;

export {
  apply,
  create,
  defineProperty,
  deleteProperty,
  freeze,
  has,
  isArray,
  keys,
  parse,
  stringify,
};
export const SafeError = Error;
export const SafeMap = Map;
export const SafePromise = Promise;
export const SafeString = String;

const sliceOfString = methodOf(String.prototype, 'slice');
const thenOfPromise = methodOf(Promise.prototype, 'then');
const getOfMap = methodOf(Map.prototype, 'get');
const setOfMap = methodOf(Map.prototype, 'set');
const deleteOfMap = methodOf(Map.prototype, 'delete');

function methodOf<T extends object>(prototype: T, name: keyof T): Method {
  return prototype[name] as Method;
}

/** A loop that asks nobody for an iterator. */
export function visit<T>(list: readonly T[], visitor: (item: T) => void): void {
  for (let at = 0; at < list.length; at += 1) visitor(list[at] as T);
}

export function isOneOf<T>(list: readonly T[], wanted: T): boolean {
  for (let at = 0; at < list.length; at += 1) if (list[at] === wanted) return true;
  return false;
}

export function sliceOf(text: string, from: number, to: number): string {
  return apply(sliceOfString, text as never, [from, to] as never) as string;
}

export function cut(text: string, length: number): string {
  return sliceOf(text, 0, length);
}

export function then<T>(
  promise: Promise<T>,
  kept: (value: T) => void,
  broken: (reason: unknown) => void,
): void {
  apply(thenOfPromise, promise as never, [kept, broken] as never);
}

export function mapGet<K, V>(map: Map<K, V>, key: K): V | undefined {
  return apply(getOfMap, map as never, [key] as never) as V | undefined;
}

export function mapSet<K, V>(map: Map<K, V>, key: K, value: V): void {
  apply(setOfMap, map as never, [key, value] as never);
}

export function mapDelete(map: Map<number, unknown>, key: number): void {
  apply(deleteOfMap, map as never, [key] as never);
}
