export interface SlotBounds {
  /** Calls that run at a time. */
  readonly concurrency: number;
  /** Calls that wait for one of them to end; whoever comes after that is refused. */
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

interface Waiting {
  readonly admit: (admission: 'admitted' | 'refused') => void;
  readonly timer: NodeJS.Timeout;
}

/** Lets a bounded number of calls run at a time, in the order of arrival. */
export class CallSlots {
  taken = 0;
  private readonly line: Waiting[] = [];

  constructor(private readonly bounds: SlotBounds) {}

  get waiting(): number {
    return this.line.length;
  }

  /** Whoever is admitted must leave. Refused: too many wait, this one did too long, or it is closed. */
  async enter(): Promise<'admitted' | 'refused'> {
    const { concurrency, maxWaiting, maxWaitMs } = this.bounds;
    if (this.taken < concurrency) {
      this.taken += 1;
      return 'admitted';
    }
    if (this.line.length >= maxWaiting) return 'refused';
    return new Promise((admit) => {
      const timer = setTimeout(() => {
        this.line.splice(this.line.indexOf(waiting), 1);
        admit('refused');
      }, maxWaitMs);
      const waiting: Waiting = { admit, timer };
      this.line.push(waiting);
    });
  }

  /** The place goes to whoever waits longest. */
  leave(): void {
    const next = this.line.shift();
    clearTimeout(next?.timer);
    if (next === undefined) this.taken -= 1;
    else next.admit('admitted');
  }

  /** Whoever waits is refused. */
  close(): void {
    for (const { admit, timer } of this.line.splice(0)) {
      clearTimeout(timer);
      admit('refused');
    }
  }
}
