import { type Manifest, vetoEvents } from '../../package/manifest.js';

/** What an entry has functions for. */
export interface Offered {
  readonly hooks: readonly string[];
  readonly endpoints: readonly string[];
  readonly modals: Readonly<Record<string, readonly string[]>>;
}

/** The names are the plugin's, and the sentence is for people. */
const maxNameLength = 64;
const maxLines = 8;

/**
 * What plugin.json declares and the entry has no function for, and the reverse: a function that nothing
 * declares is never called, which of a guard nobody would notice. Undefined when the two agree.
 */
export function offersFault(manifest: Manifest, offered: Offered): string | undefined {
  const faults = [...lackingFault(manifest, offered), ...undeclaredFault(manifest, offered)];
  return faults.length === 0 ? undefined : faults.join(' ');
}

function lackingFault(manifest: Manifest, offered: Offered): readonly string[] {
  const { hooks = [], endpoints = [], modals = [] } = manifest;
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
            .filter((action) => !actionsOf(offered, name).includes(action.name))
            .map((action) => `modals.${name}.actions.${action.name}`)
        : [`modals.${name}`],
    ),
  ];
  if (lacking.length === 0) return [];
  return [`plugin.json declares what the entry has no function for: ${lacking.join(', ')}.`];
}

function undeclaredFault(manifest: Manifest, offered: Offered): readonly string[] {
  const { hooks = [], endpoints = [], modals = [] } = manifest;
  const lines = [
    ...offered.hooks
      .filter((event) => !hooks.some((one) => one.event === event))
      .map((event) => `to hooks ${hookLine(event)}`),
    ...offered.endpoints
      .filter((handler) => !endpoints.some((one) => one.handler === handler))
      .map(
        (handler) =>
          `to endpoints { "handler": ${quoted(handler)}, "method": …, "path": …, "roles": … }`,
      ),
    ...Object.keys(offered.modals).flatMap((name) => {
      const declared = modals.find((one) => one.name === name);
      if (!declared) {
        return [`to modals { "name": ${quoted(name)}, "title": …, "roles": …, "actions": … }`];
      }
      return actionsOf(offered, name)
        .filter((action) => !declared.actions.some((one) => one.name === action))
        .map((action) => `to the actions of the modal ${name} { "name": ${quoted(action)} }`);
    }),
  ];
  if (lines.length === 0) return [];
  const more = lines.length > maxLines ? [`and ${lines.length - maxLines} more`] : [];
  const missing = [...lines.slice(0, maxLines), ...more].join('; ');
  return [
    `The entry has functions that plugin.json does not declare. Take them out, or add ${missing}.`,
  ];
}

function hookLine(event: string): string {
  const isVeto = (vetoEvents as readonly string[]).includes(event);
  const kind = isVeto ? '"veto", "onError": "deny"' : '"observe"';
  return `{ "event": ${quoted(event)}, "kind": ${kind} }`;
}

function quoted(name: string): string {
  const bounded = name.length > maxNameLength ? `${name.slice(0, maxNameLength)}…` : name;
  return JSON.stringify(bounded);
}

/** Without `open`, which every modal has. */
function actionsOf({ modals }: Offered, name: string): readonly string[] {
  const functions = Object.hasOwn(modals, name) ? (modals[name] ?? []) : [];
  return functions.filter((one) => one !== 'open');
}
