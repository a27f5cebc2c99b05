import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import type { ActivePlugin } from '../catalog/active-plugins.js';
import type { HostCall } from '../runner/runner-outcome.js';

/** In whose name and for what a plugin is called. */
export interface PluginCall {
  /** The caller's own context: what it may not, the plugin may not for it. */
  readonly ctx: OperationContext;
  readonly plugin: ActivePlugin;
  /** Undefined where the call is about none; what needs one is then refused. */
  readonly project: ProjectRef | undefined;
  /** For a call of a modal: how `session.update` is stored. */
  readonly updateSession?: (update: unknown) => Promise<void>;
  /** A hook may not do what would call hooks again, and an observer acts for nobody. */
  readonly within?: 'veto' | 'observer';
  /** How long it is waited for, where that may be less than the plugin's own time. */
  readonly patienceMs?: number;
}

/** What answers a plugin during one call, with the rights that caller and plugin have in common. */
export abstract class PluginHost {
  abstract of(call: PluginCall): HostCall;
}
