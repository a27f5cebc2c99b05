/*
 * Runs inside the isolate, before any code of a plugin, and keeps what the rest of this folder works
 * with: a plugin may replace whatever can be reached from `globalThis`.
 *
 * SECURITY: the files of this folder must not use a global, a method, a spread, a destructured array
 * or a for-of loop once a plugin's code has run; each of them looks something up that a plugin can
 * replace. They use these.
 */

type Method = (this: never, ...args: never[]) => unknown;

const { apply, deleteProperty, has } = Reflect;
const { freeze, create, keys } = Object;
const { isArray } = Array;
const { stringify, parse } = JSON;

export { apply, create, deleteProperty, freeze, has, isArray, keys, parse, stringify };
export const SafeError = Error;
export const SafeMap = Map;
export const SafePromise = Promise;
export const SafeString = String;

const sliceOfString = String.prototype.slice as Method;
const thenOfPromise = Promise.prototype.then as Method;
const getOfMap = Map.prototype.get as Method;
const setOfMap = Map.prototype.set as Method;
const deleteOfMap = Map.prototype.delete as Method;

export function cut(text: string, length: number): string {
  return apply(sliceOfString, text as never, [0, length] as never) as string;
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
