/**
 * Tells other instances at once that something was committed. It only makes the change feed faster:
 * a signal may be lost, repeated, or late, and nothing is wrong but the delay.
 */
export abstract class ChangeSignal {
  /** Never throws and never waits. */
  abstract announce(projectIds: readonly string[]): void;

  /** What other instances announced; without a list, anything may have changed. */
  abstract onAnnounced(listener: (projectIds: readonly string[] | undefined) => void): void;
}

/** For databases that cannot tell: the feed looks each second. */
export class NoSignal extends ChangeSignal {
  override announce(): void {
    // Nobody would hear it.
  }

  override onAnnounced(): void {
    // Nobody announces anything.
  }
}
