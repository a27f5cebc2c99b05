import type { AuditCheckpoint, CheckpointFault } from './audit-checkpoint.js';
import { type ChainedEntry, isUnedited, type TrailHead } from './chained-entry.js';

export const breakReasons = [
  'edited',
  'missing',
  'reordered',
  'chain-broken',
  'head-mismatch',
  'truncated',
  'rewritten',
  'bad-checkpoint-signature',
  'unknown-checkpoint-key',
] as const;
export type BreakReason = (typeof breakReasons)[number];

/** The first place where a trail is not what it was. */
export interface TrailBreak {
  readonly sequence: number;
  readonly reason: BreakReason;
  /** A sentence about the entry for a person, without a full stop. */
  readonly detail: string;
}

export const broken = (sequence: number, reason: BreakReason, detail: string): TrailBreak => ({
  sequence,
  reason,
  detail,
});

/**
 * What is wrong with the entry at `index`, which comes after `head`. Among those that come after it
 * in the batch, one that only changed its place is told from one that is gone or was edited.
 */
export function findLinkBreak(
  head: TrailHead,
  batch: readonly ChainedEntry[],
  index: number,
): TrailBreak | undefined {
  const sequence = head.sequence + 1;
  const entry = batch[index];
  if (!entry) return undefined;
  if (entry.sequence !== sequence) {
    const isElsewhere =
      entry.sequence < sequence || batch.slice(index).some((other) => other.sequence === sequence);
    return isElsewhere
      ? broken(sequence, 'reordered', `entry ${entry.sequence} stands in its place`)
      : broken(sequence, 'missing', `entry ${head.sequence} is followed by ${entry.sequence}`);
  }
  if (!isUnedited(entry)) {
    const place = batch
      .slice(index)
      .find((other) => isUnedited({ ...entry, sequence: other.sequence }));
    return place
      ? broken(sequence, 'reordered', `it is what entry ${place.sequence} was`)
      : broken(sequence, 'edited', 'its hash is not that of what it says');
  }
  if (entry.previousHash !== head.hash) {
    return broken(sequence, 'chain-broken', 'it does not name the hash of the entry before it');
  }
  return undefined;
}

/** What is wrong with a checkpoint whose entry was reached. */
export function findCheckpointBreak(
  { sequence, hash, at }: AuditCheckpoint,
  fault: CheckpointFault | undefined,
  head: TrailHead,
): TrailBreak | undefined {
  if (fault) return faultyCheckpoint(sequence, fault);
  if (hash === head.hash) return undefined;
  const detail = `the checkpoint of ${at} signed another entry: it or entries before it were replaced`;
  return broken(sequence, 'rewritten', detail);
}

export function faultyCheckpoint(sequence: number, fault: CheckpointFault): TrailBreak {
  const detail =
    fault === 'unknown-checkpoint-key'
      ? 'its checkpoint is signed by a key that is not among the known ones'
      : 'its checkpoint does not bear a signature of the key that it names';
  return broken(sequence, fault, detail);
}

/** The trail ends at `end`, and a checkpoint that is signed names a later entry. */
export function truncatedAfter(end: TrailHead, { sequence, at }: AuditCheckpoint): TrailBreak {
  const detail = `the trail ends before it, and the checkpoint of ${at} signed entry ${sequence}`;
  return broken(end.sequence + 1, 'truncated', detail);
}

/** The trail ends at `end`, and the record of its newest entry names `head`. */
export function findHeadBreak(end: TrailHead, head: TrailHead): TrailBreak | undefined {
  if (head.sequence > end.sequence) {
    const detail = `the trail ends before it, and its head is recorded as entry ${head.sequence}`;
    return broken(end.sequence + 1, 'head-mismatch', detail);
  }
  if (head.sequence < end.sequence) {
    const detail = `the trail goes on although its head is recorded as entry ${head.sequence}`;
    return broken(head.sequence + 1, 'head-mismatch', detail);
  }
  if (head.hash === end.hash) return undefined;
  return broken(end.sequence, 'head-mismatch', 'the head is recorded with another hash');
}
