import type { Role } from '../../platform/authorization/index.js';
import type { Control } from '../package/control.js';

/**
 * `opening` until the plugin has shown something. The others have ended: `done` by the plugin,
 * `replaced` because the plugin that it was with is not the one that is here.
 */
export type ModalStatus = 'opening' | 'open' | 'done' | 'replaced';

/** What a plugin makes of a session at each step. */
export interface ModalView {
  readonly state: unknown;
  readonly controls: readonly Control[];
}

/** One user's dialogue with one plugin, as it was when it began: another build of it is another plugin. */
export interface ModalSession extends ModalView {
  readonly id: string;
  readonly plugin: string;
  readonly treeDigest: string;
  readonly modal: string;
  /** The least role that the modal is for. */
  readonly role: Role;
  readonly projectId: string;
  readonly userId: string;
  readonly status: ModalStatus;
  /** Counts what was stored, by the plugin and by the user. */
  readonly version: number;
  readonly idleMs: number;
  /** When it ends unless something happens before. */
  readonly idleAtMs: number;
  /** When it ends whatever happens. */
  readonly expiresAtMs: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** One that is about to be stored. */
export type NewModalSession = Omit<ModalSession, 'updatedAtMs'>;

/** Open sessions of one user, over all plugins and projects. */
export const maxOpenSessions = 5;

export function hasEnded({ status }: ModalSession): boolean {
  return status === 'done' || status === 'replaced';
}
