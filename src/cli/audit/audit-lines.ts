import type { AuditCheckpoint, ChainedEntry } from '../../audit/verification.js';

/** Entries checked at a time. */
const BATCH = 500;

/**
 * The entries of an export, in batches. A line that is no entry stands for one that was edited: it
 * has the number of the line, and no hash that could be right.
 */
export async function* entriesIn(
  lines: AsyncIterable<string>,
): AsyncGenerator<readonly ChainedEntry[], void, undefined> {
  let batch: ChainedEntry[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    batch.push(entryIn(line) ?? notAnEntry(number));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function notAnEntry(sequence: number): ChainedEntry {
  return { sequence, previousHash: '', hash: '', projectId: null, revision: 0, position: 0 };
}

function entryIn(line: string): ChainedEntry | undefined {
  const entry = parsed(line) as Partial<Record<keyof ChainedEntry, unknown>> | null | undefined;
  return Number.isSafeInteger(entry?.sequence) &&
    typeof entry?.previousHash === 'string' &&
    typeof entry.hash === 'string'
    ? (entry as ChainedEntry)
    : undefined;
}

export function checkpointInLine(line: string): AuditCheckpoint | undefined {
  return checkpointIn(parsed(line));
}

export function checkpointIn(value: unknown): AuditCheckpoint | undefined {
  const { sequence, hash, at, signature } = (value ?? {}) as Partial<AuditCheckpoint>;
  const { keyId, alg, value: bytes } = signature ?? {};
  const isCheckpoint =
    Number.isSafeInteger(sequence) &&
    Number(sequence) > 0 &&
    alg === 'ed25519' &&
    [hash, at, keyId, bytes].every((text) => typeof text === 'string');
  return isCheckpoint ? (value as AuditCheckpoint) : undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
