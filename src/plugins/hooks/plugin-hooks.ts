import type { ActivePlugin } from '../catalog/active-plugins.js';
import type { HookDeclaration } from '../package/manifest.js';

export interface PluginHook {
  readonly plugin: ActivePlugin;
  readonly declared: HookDeclaration;
}

/**
 * The hooks of an event in the order in which they run: by their number, then by the name of the plugin.
 *
 * @param plugins by name
 */
export function vetoHooksOf(
  plugins: readonly ActivePlugin[],
  event: string,
): readonly PluginHook[] {
  const found = plugins.flatMap((plugin) =>
    (plugin.manifest.hooks ?? [])
      .filter((declared) => declared.kind === 'veto' && declared.event === event)
      .map((declared) => ({ plugin, declared })),
  );
  return found.toSorted((a, b) => (a.declared.order ?? 0) - (b.declared.order ?? 0));
}

/** The events that a plugin wants to hear of. */
export function observedBy({ manifest }: ActivePlugin): ReadonlySet<string> {
  const observed = (manifest.hooks ?? []).filter(({ kind }) => kind === 'observe');
  return new Set(observed.map(({ event }) => event));
}
