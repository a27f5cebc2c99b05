import { type FSWatcher, watch } from 'node:fs';
import type { PluginsFolder } from './plugins-folder.js';

const pollMs = 2_000;
/** Writers that pause for less than this are not disturbed. */
const settleMs = 250;

/**
 * Says which plugins on the disk changed, once they have not changed any more for a moment.
 *
 * It looks every two seconds, because no file system that is mounted from elsewhere tells; where the
 * system does tell, a sidecar that appears makes it look at once. Looking is a stat of each file.
 */
export class FolderWatch {
  private seen: ReadonlyMap<string, string> = new Map();
  /** Those that were not as before when they were looked at last. */
  private changing: readonly string[] = [];
  private poll: NodeJS.Timeout | undefined;
  private soon: NodeJS.Timeout | undefined;
  private hints: FSWatcher | undefined;
  private looking: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    private readonly folder: PluginsFolder,
    /** What somebody else read there, which may have come and gone between two looks. */
    private readonly loaded: () => readonly string[],
    private readonly changed: (names: readonly string[]) => void,
  ) {}

  /** What is there when it resolves is not told. */
  async start(): Promise<void> {
    this.seen = await this.folder.fingerprints().catch(() => new Map<string, string>());
    if (this.isStopped) return;
    this.poll = setInterval(() => {
      this.look();
    }, pollMs).unref();
    this.hear();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.poll);
    clearTimeout(this.soon);
    this.hints?.close();
    await this.looking;
  }

  /** Of the directory alone: it holds the sidecars, and watching whole trees fails in too many ways. */
  private hear(): void {
    try {
      this.hints = watch(this.folder.directory ?? '', { persistent: false }, () => {
        this.lookSoon();
      });
      this.hints.on('error', () => this.hints?.close());
    } catch {
      // It is not there, or there are too many watchers: polling sees all the same.
    }
  }

  private lookSoon(): void {
    if (this.isStopped) return;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => {
      this.look();
    }, settleMs).unref();
  }

  private look(): void {
    this.looking ??= this.compare().finally(() => {
      this.looking = undefined;
    });
  }

  private async compare(): Promise<void> {
    // While the directory cannot be listed nothing is known to have changed.
    const now = await this.folder.fingerprints().catch(() => undefined);
    if (now === undefined || this.isStopped) return;
    const { seen, changing } = this;
    const names = [...new Set([...now.keys(), ...seen.keys()])];
    this.seen = now;
    this.changing = names.filter((name) => now.get(name) !== seen.get(name));
    if (this.changing.length > 0) this.lookSoon();
    const gone = this.loaded().filter((name) => !now.has(name));
    const settled = [...new Set([...changing, ...gone])].filter(
      (name) => !this.changing.includes(name),
    );
    if (settled.length > 0) this.changed(settled);
  }
}
