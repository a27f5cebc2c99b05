/** What of a plugin is called. */
export type Target =
  | { readonly kind: 'init' }
  | { readonly kind: 'check' }
  /** Answered by the isolate itself, whatever the plugin is. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'hook'; readonly event: string }
  | { readonly kind: 'endpoint'; readonly handler: string }
  /**
   * `open` or an action. Its input is `{ session, input }`, which the plugin's function gets as two
   * arguments.
   */
  | { readonly kind: 'modal'; readonly modal: string; readonly action: string };

/**
 * Answers what a plugin asks during one call, in the rights of that call. What it resolves to must be
 * JSON and is copied. A rejection reaches the plugin as an Error: with text and `code` when it is a
 * Problem that a caller could be told, and without either otherwise.
 */
export type HostCall = (op: string, argument: unknown) => Promise<unknown>;

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
}

export const failureReasons = [
  'thrown',
  'refused',
  'timeout',
  'cpu',
  'memory',
  'too-large',
  'too-many-host-calls',
  'crashed',
  'stopped',
  'busy',
] as const;

/**
 * `thrown`: by the plugin. `refused`: thrown too, and what it threw is what the host refused it, or names
 * that as its `cause`. `busy`: it was not called. `stopped`: nothing is wrong with the plugin.
 */
export type FailureReason = (typeof failureReasons)[number];

export type CallOutcome =
  | { readonly ok: true; readonly value: unknown; readonly logs: readonly LogLine[] }
  | {
      readonly ok: false;
      readonly reason: FailureReason;
      /** At most 500 characters; may hold what the plugin wrote. */
      readonly message: string;
      readonly logs: readonly LogLine[];
    };
