export const killRules = { windowMs: 600_000, most: 3 } as const;

/** Counts what of a plugin had to be ended by force, and says when that was too often. */
export class KillCount {
  private times: number[] = [];

  /** True when a plugin that was killed so often must not run any more. */
  killed(nowMs: number): boolean {
    this.times = [...this.times, nowMs].filter((at) => nowMs - at < killRules.windowMs);
    return this.times.length >= killRules.most;
  }

  forget(): void {
    this.times = [];
  }
}
