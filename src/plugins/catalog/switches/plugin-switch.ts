import type { TrustBasis } from '../../approvals/trust-of.js';

/** `quarantined`: it was killed too often, and an admin has to say that it may run again. */
export const switchStates = ['enabled', 'disabled', 'quarantined'] as const;
export type SwitchState = (typeof switchStates)[number];

/** Whether a plugin that may run shall run: one answer for every instance. */
export interface PluginSwitch {
  readonly state: SwitchState;
  /** Why it is quarantined. */
  readonly reason: string | null;
}

/**
 * What holds until somebody decides. An approval is a decision; a plugin that comes with promptd runs
 * only where somebody wants it, so that an idle server has no process but its own.
 */
export function switchByDefault(basis: TrustBasis): PluginSwitch {
  return { state: basis === 'shipped' ? 'disabled' : 'enabled', reason: null };
}
