import { type EventData, INSTANCE_PROJECT, type NewEvent } from '../../platform/events/index.js';
import type { PluginSwitch } from './switches/plugin-switch.js';

/** `plugin.enabled`, `plugin.disabled` or `plugin.quarantined`. */
export function pluginSwitched(name: string, { state, reason }: PluginSwitch): NewEvent {
  return about(name, `plugin.${state}`, reason === null ? {} : { reason });
}

/** Somebody asked for a new runner, on the instance that was asked. */
export function pluginReloaded(name: string): NewEvent {
  return about(name, 'plugin.reloaded');
}

/** Nothing that was decided about it holds any more. */
export function pluginForgotten(name: string): NewEvent {
  return about(name, 'plugin.forgotten');
}

function about(name: string, type: string, data: EventData = {}): NewEvent {
  const subject = { type: 'plugin', id: name, name };
  return { type, projectId: INSTANCE_PROJECT, subject, data };
}
