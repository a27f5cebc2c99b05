import { readFile } from 'node:fs/promises';

const intervalMs = 25;

/**
 * Looks at the memory of a process while it works. From outside, because a process that allocates
 * without end has no time to look at itself. Where there is no /proc the process must report.
 */
export class MemoryWatch {
  rssBytes = 0;
  peakRssBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private isReading = false;

  constructor(
    private readonly pid: number,
    private readonly maxRssBytes: number,
    private readonly exceeded: () => void,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => {
      void this.look();
    }, intervalMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** One look, whether it watches or not. */
  async look(): Promise<void> {
    if (this.isReading || process.platform !== 'linux') return;
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

  see(rssBytes: number): void {
    this.rssBytes = rssBytes;
    this.peakRssBytes = Math.max(this.peakRssBytes, rssBytes);
    if (rssBytes > this.maxRssBytes) this.exceeded();
  }
}
