/**
 * Does something soon after it was asked for, and once for all who ask until then: what is due after
 * each of many commits is done together, and the commits do not wait for each other because of it.
 */
export class Soon {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly delayMs: number,
    private readonly work: () => void,
  ) {}

  ask(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.work();
    }, this.delayMs).unref();
  }

  /** Forgets what was asked for. */
  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
