import type { LoadResult } from '../generator/plan.js';
import { median } from '../statistics.js';
import { ratios } from './rounds.js';
import type { Finding } from './verdict.js';

/** Below this share of its core a server was not busy all the time, and its rate tells less. */
const busyShare = 0.95;

export const ratePerSecond = ({ requests, seconds }: LoadResult) => requests / seconds;
const perCpuSecond = ({ requests, serverCpuSeconds = NaN }: LoadResult) =>
  requests / serverCpuSeconds;
const busy = ({ seconds, serverCpuSeconds = NaN }: LoadResult) => serverCpuSeconds / seconds;

/**
 * How the rates of two servers compare that each have a core. When both were busy all the time, that
 * is the requests answered in a second. When one was not, because the generator is slower than it or
 * because something else took the core, it is the requests answered in a second of processor time,
 * which is what the rate would have been.
 */
export function compareRates(
  ours: readonly LoadResult[],
  theirs: readonly LoadResult[],
): { readonly rounds: readonly number[]; readonly detail: Finding['detail'] } {
  const all = [...ours, ...theirs];
  const isKnown = all.every(({ serverCpuSeconds = 0 }) => serverCpuSeconds > 0);
  const byRate = !isKnown || all.every((result) => busy(result) >= busyShare);
  const closed = ours.reduce((sum, result) => sum + result.closed, 0);
  const value = byRate ? ratePerSecond : perCpuSecond;
  return {
    rounds: ratios(ours, theirs, value),
    detail: {
      basis: byRate ? 'requests per second' : 'requests per second of processor time',
      ...(isKnown && {
        busy: round(median(ours.map(busy)), 2),
        referenceBusy: round(median(theirs.map(busy)), 2),
      }),
      ...(closed > 0 && { connectionsClosed: closed }),
      ...rates(ours, theirs),
    },
  };
}

/** As they were answered, for servers that wait for a database. */
export function rates(ours: readonly LoadResult[], theirs: readonly LoadResult[]) {
  return {
    perSecond: round(median(ours.map(ratePerSecond)), 0),
    referencePerSecond: round(median(theirs.map(ratePerSecond)), 0),
  };
}

export function p99s(ours: readonly LoadResult[], theirs: readonly LoadResult[]) {
  const value = ({ p99Ms }: LoadResult) => p99Ms;
  return {
    rounds: ratios(ours, theirs, value),
    detail: {
      p99Ms: round(median(ours.map(value)), 2),
      referenceP99Ms: round(median(theirs.map(value)), 2),
    },
  };
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
