import { type AuditEntry, type AuditHead, emptyTrail, hashOf } from './audit-entry.js';

/** The first entry that is not what it was when it was appended. */
export interface ChainBreak {
  readonly sequence: number;
  /**
   * `gap`: entries before it are missing, or it is out of order. `unlinked`: it does not name the
   * hash of the entry before. `altered`: its hash is not that of what it says.
   */
  readonly reason: 'gap' | 'unlinked' | 'altered';
}

/**
 * Checks entries in ascending order, from the beginning or from a place that was checked before.
 * A trail whose newest entries were cut off passes: compare its end with the head.
 */
export function verifyChain(
  entries: Iterable<AuditEntry>,
  from: AuditHead = emptyTrail,
): ChainBreak | undefined {
  let head = from;
  for (const entry of entries) {
    const { hash, ...facts } = entry;
    const { sequence } = entry;
    if (sequence !== head.sequence + 1) return { sequence, reason: 'gap' };
    if (entry.previousHash !== head.hash) return { sequence, reason: 'unlinked' };
    if (hash !== hashOf(facts)) return { sequence, reason: 'altered' };
    head = { sequence, hash };
  }
  return undefined;
}
