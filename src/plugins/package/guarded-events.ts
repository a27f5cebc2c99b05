import { type Manifest, type VetoEvent, vetoEvents } from './manifest.js';

/** What may not happen without the plugin having been asked. */
export function guardedEvents({ hooks = [] }: Manifest): readonly VetoEvent[] {
  return vetoEvents.filter((event) =>
    hooks.some((one) => one.event === event && one.kind === 'veto' && one.onError === 'deny'),
  );
}
