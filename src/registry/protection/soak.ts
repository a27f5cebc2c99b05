/** How long a version has been under a label. */
export interface Soak {
  /** Since when it is there without a break; null while it is not. */
  readonly sinceMs: number | null;
  /** The longest time it ever was there without a break, the present one included. */
  readonly longestMs: number;
}

/** A line of a label's journal by version ids; null is no version. */
export interface SoakMove {
  readonly to: string | null;
  readonly movedAtMs: number;
}

/**
 * Reads the journal of one label, oldest move first; moves that neither take the version there nor
 * away may be missing. What soaked once stays soaked: a label that moves on to the next version
 * must not keep the one before it from going live, nor a rollback from going back to it.
 */
export function soakOf(journal: readonly SoakMove[], versionId: string, nowMs: number): Soak {
  let sinceMs: number | null = null;
  let longestMs = 0;
  const until = (endMs: number) => {
    if (sinceMs !== null) longestMs = Math.max(longestMs, endMs - sinceMs);
  };
  for (const { to, movedAtMs } of journal) {
    until(movedAtMs);
    sinceMs = to === versionId ? movedAtMs : null;
  }
  until(nowMs);
  return { sinceMs, longestMs };
}
