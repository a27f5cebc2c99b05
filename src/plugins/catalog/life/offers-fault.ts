import type { Manifest } from '../../package/manifest.js';

/** What an entry has functions for. */
export interface Offered {
  readonly hooks: readonly string[];
  readonly endpoints: readonly string[];
  readonly modals: Readonly<Record<string, readonly string[]>>;
}

/** What the manifest promises and the entry lacks, as a sentence; undefined when nothing. */
export function offersFault(manifest: Manifest, offered: Offered): string | undefined {
  const { hooks = [], endpoints = [], modals = [] } = manifest;
  const actionsOf = (modal: string): readonly string[] =>
    Object.hasOwn(offered.modals, modal) ? (offered.modals[modal] ?? []) : [];
  const lacking = [
    ...hooks
      .filter(({ event }) => !offered.hooks.includes(event))
      .map(({ event }) => `hooks.${event}`),
    ...endpoints
      .filter(({ handler }) => !offered.endpoints.includes(handler))
      .map(({ handler }) => `endpoints.${handler}`),
    ...modals.flatMap(({ name, actions }) =>
      Object.hasOwn(offered.modals, name)
        ? actions
            .filter((action) => !actionsOf(name).includes(action.name))
            .map((action) => `modals.${name}.actions.${action.name}`)
        : [`modals.${name}`],
    ),
  ];
  if (lacking.length === 0) return undefined;
  return `plugin.json declares what the entry has no function for: ${lacking.join(', ')}.`;
}
