export interface SlotBounds {
  /** Calls that run at a time. */
  readonly concurrency: number;
  /** Calls that wait for one of them to end; whoever comes after that is refused. */
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

type Admission = 'admitted' | 'refused';
type Waiting = (admission: Admission) => void;

/** Lets a bounded number of calls run at a time, in the order of arrival. */
export class CallSlots {
  taken = 0;
  private readonly line: Waiting[] = [];
  private readonly watchers: (() => void)[] = [];

  constructor(private readonly bounds: SlotBounds) {}

  get waiting(): number {
    return this.line.length;
  }

  /**
   * Whoever is admitted must leave. Refused: too many wait, this one did too long, nobody wants it any
   * more, or the line is closed.
   *
   * @param unwanted aborted when nobody wants it any more
   */
  async enter(unwanted?: AbortSignal): Promise<Admission> {
    const { concurrency, maxWaiting } = this.bounds;
    if (unwanted?.aborted === true) return 'refused';
    if (this.taken < concurrency) {
      this.taken += 1;
      return 'admitted';
    }
    if (this.line.length >= maxWaiting) return 'refused';
    return this.stand(unwanted);
  }

  /** The place goes to whoever waits longest. */
  leave(): void {
    const next = this.line.shift();
    if (next !== undefined) {
      next('admitted');
      return;
    }
    this.taken -= 1;
    if (this.taken === 0) for (const tell of this.watchers.splice(0)) tell();
  }

  /** Resolves when no call runs, and so none waits. */
  async empty(): Promise<void> {
    if (this.taken > 0) await new Promise<void>((resolve) => this.watchers.push(resolve));
  }

  /** Whoever waits is refused. */
  close(): void {
    for (const answer of this.line.splice(0)) answer('refused');
  }

  private stand(unwanted: AbortSignal | undefined): Promise<Admission> {
    return new Promise((resolve) => {
      const giveUp = () => {
        this.line.splice(this.line.indexOf(answer), 1);
        answer('refused');
      };
      const timer = setTimeout(giveUp, this.bounds.maxWaitMs);
      const answer: Waiting = (admission) => {
        clearTimeout(timer);
        unwanted?.removeEventListener('abort', giveUp);
        resolve(admission);
      };
      unwanted?.addEventListener('abort', giveUp);
      this.line.push(answer);
    });
  }
}
