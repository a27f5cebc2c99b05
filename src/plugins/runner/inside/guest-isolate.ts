import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ivm from 'isolated-vm';
import type { GuestLimits } from '../guest/call-record.js';
import { appendText, textOf } from '../guest/pieces.js';
import { fixedLimits } from '../runner-limits.js';
import { apiSpecifier, type ModuleTree } from './module-tree.js';

/*
 * The only file that knows isolated-vm, so that another engine can take its place. Only the runner
 * process may load it.
 *
 * SECURITY: nothing of isolated-vm is given to a plugin. The one Reference that enters an isolate stays
 * in a closure of the bootstrap, and takes numbers and strings.
 */

/** What a call says, as the bootstrap posts it. */
export interface GuestMessage {
  readonly kind: string;
  readonly call: number;
  readonly first: number | string;
  readonly second: string;
  readonly text: string;
}

export interface GuestListener {
  /** What the bootstrap posted; comes before the slice that posted it ends. */
  readonly received: (message: GuestMessage) => void;
  /** The engine lost all control. Whatever is still to be said must be said before this returns. */
  readonly lost: (message: string) => void;
}

/** How a slice ended: by itself, by its time limit, or with the isolate. */
export type SliceEnd = 'ended' | 'timeout' | 'memory' | 'disposed';

type Entry = 'enter' | 'settle';

const guestFolder = join(import.meta.dirname, '..', 'guest');
/** Read when the process starts, before it gives up its right to read files. */
const guestModules = new Map(
  readdirSync(guestFolder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => [`./${name}`, readFileSync(join(guestFolder, name), 'utf8')]),
);

const guestLimits: GuestLimits = {
  ...fixedLimits,
  maxJsonLength: fixedLimits.maxJsonBytes,
  maxErrorLength: fixedLimits.maxMessageLength,
};

/** A plugin's modules in an isolate of their own. One call at a time. */
export class GuestIsolate {
  private readonly isolate: ivm.Isolate;
  private readonly modules = new Map<string, Promise<ivm.Module>>();
  private entries: Readonly<Record<Entry, ivm.Reference>> | undefined;

  constructor(
    memoryMb: number,
    private readonly listener: GuestListener,
  ) {
    this.isolate = new ivm.Isolate({
      memoryLimit: memoryMb,
      onCatastrophicError: (message) => {
        this.listener.lost(message);
      },
    });
  }

  /**
   * Loads the plugin. Its definition is reported by a message, `done` of the call `id`. Rejects with an error
   * whose text is fit for the plugin's author.
   */
  async load(id: number, tree: ModuleTree, entry: string, sliceMs: number): Promise<void> {
    const context = await this.isolate.createContext();
    const linkGuest = (specifier: string) => this.guestModule(specifier);
    const main = await this.guestModule('./bootstrap.js');
    await main.instantiate(context, linkGuest);
    await main.evaluate();
    const bootstrap = main.namespace;
    const take = (name: string) => bootstrap.get(name, { reference: true });
    await (
      await take('install')
    ).apply(undefined, [
      new ivm.Reference(
        (kind: string, call: number, first: string, second: string, ...pieces: string[]) => {
          this.listener.received({ kind, call, first, second, text: textOf(pieces) });
        },
      ),
      JSON.stringify(guestLimits),
    ]);

    const api = await this.guestModule('./api.js');
    await api.instantiate(context, linkGuest);
    await api.evaluate();

    const plugin = await this.pluginModule(tree, entry);
    const paths = new Map<ivm.Module, string>([[plugin, entry]]);
    await plugin.instantiate(context, async (specifier, importer) => {
      const path = tree.resolve(specifier, paths.get(importer) ?? entry);
      if (path === apiSpecifier) return api;
      const module = await this.pluginModule(tree, path);
      paths.set(module, path);
      return module;
    });
    await plugin.evaluate({ timeout: sliceMs });
    const adopt = await take('adopt');
    await adopt.apply(undefined, [id, plugin.namespace.derefInto()], { timeout: sliceMs });
    this.entries = { enter: await take('enter'), settle: await take('settle') };
  }

  /**
   * Runs one entry of the bootstrap, with everything that becomes ready to run by it. Never rejects.
   * `text` is its last argument, which crosses in pieces.
   */
  async slice(
    entry: Entry,
    args: readonly (number | string | boolean)[],
    text: string,
    sliceMs: number,
  ): Promise<SliceEnd> {
    try {
      await this.entry(entry).apply(undefined, appendText([...args], text), {
        timeout: sliceMs,
      });
      return 'ended';
    } catch (error) {
      return this.endOf(error);
    }
  }

  /** How something ended that failed. A failure of the plugin itself says `ended`. */
  endOf(error: unknown): SliceEnd {
    const text = error instanceof Error ? error.message : '';
    if (this.isolate.isDisposed) return text.includes('memory limit') ? 'memory' : 'disposed';
    // A promise of the plugin that was rejected and never handled comes here too, with the plugin's
    // text; it is not the result of its call, and one that claims to be a timeout hurts itself.
    return text === 'Script execution timed out.' ? 'timeout' : 'ended';
  }

  get cpuMs(): number {
    return this.isolate.isDisposed ? Infinity : Number(this.isolate.cpuTime / 1_000_000n);
  }

  /** Stops what runs in it, which may take a while, and in the worst case for ever. */
  dispose(): void {
    if (!this.isolate.isDisposed) this.isolate.dispose();
  }

  private entry(name: Entry): ivm.Reference {
    const entry = this.entries?.[name];
    if (entry === undefined) throw new Error('the plugin was not loaded');
    return entry;
  }

  private guestModule(specifier: string): Promise<ivm.Module> {
    return this.once(`promptd:${specifier}`, () => guestModules.get(specifier) ?? '');
  }

  private pluginModule(tree: ModuleTree, path: string): Promise<ivm.Module> {
    return this.once(`plugin:${path}`, () => tree.get(path));
  }

  private once(key: string, text: () => string): Promise<ivm.Module> {
    let module = this.modules.get(key);
    if (module === undefined) {
      module = this.isolate.compileModule(text(), { filename: key });
      this.modules.set(key, module);
    }
    return module;
  }
}
