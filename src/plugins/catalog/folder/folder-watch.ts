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
  /** As they were told last. */
  private told: ReadonlyMap<string, string> = new Map();
  private seen: ReadonlyMap<string, string> = new Map();
  private poll: NodeJS.Timeout | undefined;
  private soon: NodeJS.Timeout | undefined;
  private hints: FSWatcher | undefined;
  private looking: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    private readonly folder: PluginsFolder,
    private readonly changed: (names: readonly string[]) => void,
  ) {}

  /** What is there when it resolves is not told. */
  async start(): Promise<void> {
    this.told = await this.folder.fingerprints().catch(() => new Map<string, string>());
    this.seen = this.told;
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
    const names = [...new Set([...now.keys(), ...this.told.keys()])];
    const differing = names.filter((name) => now.get(name) !== this.told.get(name));
    const settled = differing.filter((name) => now.get(name) === this.seen.get(name));
    this.seen = now;
    this.told = new Map(
      [...now]
        .filter(([name]) => !differing.includes(name) || settled.includes(name))
        .concat(
          // What still changes is as unknown as before.
          [...this.told].filter(([name]) => differing.includes(name) && !settled.includes(name)),
        ),
    );
    if (settled.length < differing.length) this.lookSoon();
    if (settled.length > 0) this.changed(settled);
  }
}
