import type { PluginDefinition, Registry } from 'promptd:api';

/** Stands in for the functions that a test needs; a function that it does not name rejects. */
export type FakeHost = {
  readonly [Name in keyof Registry]?: Registry[Name] extends (...args: never[]) => unknown
    ? Registry[Name]
    : Partial<Registry[Name]>;
};

/** From here on the plugin's `registry` is this host. */
export function useHost(host: FakeHost): void;

export const registry: Registry;
export function definePlugin<P extends PluginDefinition>(plugin: P): P;
