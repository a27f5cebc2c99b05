import { readFile } from 'node:fs/promises';

const intervalMs = 25;
const canLook = process.platform === 'linux';
/** Timers are not exact. */
const spareReports = 100;

/**
 * Looks at the memory of a process while it works. From outside, because a process that allocates
 * without end has no time to look at itself. Where there is no /proc the process must report.
 */
export class MemoryWatch {
  rssBytes = 0;
  peakRssBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private isReading = false;
  private reports = 0;
  private readonly startedAt = performance.now();

  constructor(
    private readonly pid: number,
    private readonly maxRssBytes: number,
    private readonly exceeded: () => void,
  ) {}

  start(): void {
    if (this.timer !== undefined) return;
    void this.look();
    this.timer = setInterval(() => {
      void this.look();
    }, intervalMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** What the process says of itself. False when it says so where nobody asks, or too often. */
  report(rssBytes: number): boolean {
    this.reports += 1;
    const due = (performance.now() - this.startedAt) / intervalMs;
    if (canLook || this.reports > due + spareReports) return false;
    this.see(rssBytes);
    return true;
  }

  private async look(): Promise<void> {
    if (this.isReading || !canLook) return;
    this.isReading = true;
    try {
      const status = await readFile(`/proc/${this.pid}/status`, 'latin1');
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
      if (kilobytes !== undefined) this.see(Number(kilobytes) * 1024);
    } catch {
      // It is gone, which its end tells.
    } finally {
      this.isReading = false;
    }
  }

  private see(rssBytes: number): void {
    this.rssBytes = rssBytes;
    this.peakRssBytes = Math.max(this.peakRssBytes, rssBytes);
    if (rssBytes > this.maxRssBytes) this.exceeded();
  }
}
