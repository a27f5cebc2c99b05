import { cpus, release, totalmem, type } from 'node:os';
import { canPin, cores } from '../server/processes.js';

export interface Machine {
  readonly date: string;
  readonly node: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryMb: number;
  readonly system: string;
  /** Whether servers and generator each had a core. */
  readonly pinned: boolean;
}

/** What figures mean nothing without. */
export function describeMachine(): Machine {
  return {
    date: new Date().toISOString(),
    node: process.versions.node,
    cores,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryMb: Math.round(totalmem() / 1_000_000),
    system: `${type()} ${release()}`,
    pinned: canPin,
  };
}
