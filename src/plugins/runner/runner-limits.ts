import type { Target } from './runner-outcome.js';

/** What a manifest may ask for, field by field; what it leaves out has the default. */
export interface AskedLimits {
  readonly memoryMb?: number;
  readonly rssMb?: number;
  readonly hookSliceMs?: number;
  readonly endpointSliceMs?: number;
  readonly cpuMs?: number;
  readonly wallMs?: number;
}

export type RunnerLimits = Readonly<Required<AskedLimits>>;

export const defaultLimits: RunnerLimits = {
  /** Heap of one isolate. Buffers are not all counted, which is what rssMb is for. */
  memoryMb: 64,
  /** Memory of the whole runner process; over it, it is killed. */
  rssMb: 300,
  /** How long a hook may run without waiting for the host. */
  hookSliceMs: 100,
  /** The same for everything else. */
  endpointSliceMs: 1000,
  /** Processor time of one call, all its slices together. */
  cpuMs: 1000,
  /** Time of one call, waiting included. */
  wallMs: 5000,
};

export const hardLimits: RunnerLimits = {
  memoryMb: 512,
  rssMb: 1024,
  hookSliceMs: 1000,
  endpointSliceMs: 10_000,
  cpuMs: 10_000,
  wallMs: 60_000,
};

/** An isolate below this cannot hold an engine of JavaScript; a process neither. */
const leastLimits: RunnerLimits = {
  memoryMb: 8,
  rssMb: 120,
  hookSliceMs: 1,
  endpointSliceMs: 1,
  cpuMs: 1,
  wallMs: 1,
};

/** Fixed: no manifest can ask for more. */
export const fixedLimits = {
  /** A result, an input, what the host is asked and what it answers, as JSON. */
  maxJsonBytes: 1_000_000,
  maxJsonDepth: 64,
  maxMessageLength: 500,
  maxLogLength: 8192,
  maxLogLines: 100,
  maxHostCalls: 100,
  maxHostCallsInFlight: 20,
  /** Calls that wait for an isolate; whoever comes after that is told `busy`. */
  maxWaitingCalls: 32,
  maxWaitMs: 2000,
  /** From fork to ready; a plugin's modules and its `init` run in it. */
  startMs: 15_000,
  /** Past its wall time a call is still the runner's to end, for so long. */
  graceMs: 500,
} as const;

const runnerWithoutIsolatesMb = 60;
const mostIsolates = 4;

/**
 * The limits that a plugin runs under. Throws a RangeError that names the field when one is out of
 * bounds; a manifest is checked by this before it is approved.
 */
export function limitsOf(asked: AskedLimits = {}): RunnerLimits {
  const limits = { ...defaultLimits, ...asked };
  for (const field of Object.keys(defaultLimits) as (keyof RunnerLimits)[]) {
    const value = limits[field];
    const [least, most] = [leastLimits[field], hardLimits[field]];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(`limits.${field} must be a whole number from ${least} to ${most}`);
    }
  }
  if (limits.memoryMb + runnerWithoutIsolatesMb > limits.rssMb) {
    throw new RangeError(
      `limits.rssMb must be at least limits.memoryMb and ${runnerWithoutIsolatesMb} for the runner itself`,
    );
  }
  return limits;
}

/** Calls of one plugin that may run at a time: each in an isolate of its own, as many as there is room for. */
export function isolatesFor({ memoryMb, rssMb }: RunnerLimits): number {
  const room = Math.floor((rssMb - runnerWithoutIsolatesMb) / memoryMb);
  return Math.max(1, Math.min(mostIsolates, room));
}

export function sliceMsOf(target: Target, limits: RunnerLimits): number {
  return target.kind === 'hook' ? limits.hookSliceMs : limits.endpointSliceMs;
}
