import type { Role } from '../../platform/authorization/index.js';
import type { Control } from './control.js';

/** What a plugin has to be granted; `log`, `now`, `randomUUID`, `sleep` and `session.update` need nothing. */
export const capabilities = [
  'prompts:read',
  'prompts:propose',
  'render',
  'kv',
  'http',
  'llm',
] as const;
export type Capability = (typeof capabilities)[number];

/** Before the transaction opens: what such a hook denies does not happen. */
export const vetoEvents = ['version.beforePublish', 'label.beforeMove', 'render.before'] as const;
export type VetoEvent = (typeof vetoEvents)[number];

/**
 * What plugins may hear of. SECURITY: an allow-list, because what happens to users, keys, sessions and
 * credentials is written to the same outbox.
 */
export const observedEvents = [
  'prompt.created',
  'prompt.updated',
  'prompt.tagged',
  'prompt.archived',
  'prompt.restored',
  'prompt.version.published',
  'prompt.version.yanked',
  'prompt.version.unyanked',
  'prompt.version.deprecated',
  'prompt.version.undeprecated',
  'prompt.version.purged',
  'prompt.label.moved',
  'prompt.label.removed',
] as const;

export const endpointMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type EndpointMethod = (typeof endpointMethods)[number];

/** A schema of the closed subset in value-schema.ts. */
export type ValueSchema = Readonly<Record<string, unknown>>;

export interface HookDeclaration {
  /** One of `vetoEvents`, or of `observedEvents`. */
  readonly event: string;
  readonly kind: 'veto' | 'observe';
  /** Hooks of one event run by this number, then by the name of the plugin; 0 when absent. */
  readonly order?: number;
  /** What stands when the hook fails; given for a veto and for nothing else. */
  readonly onError?: 'deny' | 'allow';
}

export interface EndpointDeclaration {
  /** The key of its function in the entry's `endpoints`. */
  readonly handler: string;
  readonly method: EndpointMethod;
  /** `/literals/and/:params`, below `/v1/plugins/<name>`. */
  readonly path: string;
  readonly roles: readonly Role[];
  readonly input?: ValueSchema;
  readonly output?: ValueSchema;
  readonly launchesModal?: string;
}

export interface ModalAction {
  readonly name: string;
  /** Those of the modal when absent. */
  readonly roles?: readonly Role[];
  readonly input?: ValueSchema;
}

export interface ModalDeclaration {
  readonly name: string;
  readonly title: string;
  readonly roles: readonly Role[];
  readonly actions: readonly ModalAction[];
  readonly ttlSeconds?: number;
  readonly idleSeconds?: number;
}

/** Within the maxima of manifest-schema.ts; what is absent has the runner's default. */
export interface LimitDeclaration {
  readonly memoryMb?: number;
  readonly rssMb?: number;
  readonly hookSliceMs?: number;
  readonly endpointSliceMs?: number;
  readonly cpuMs?: number;
  readonly wallMs?: number;
}

/** `plugin.json`: everything that a plugin is and asks for, readable before any of its code runs. */
export interface Manifest {
  readonly schema: 'promptd/plugin/v1';
  /** The name of its folder too. */
  readonly name: string;
  /** Exactly one semver version. */
  readonly version: string;
  /** Counts the releases of a publisher; a lower one than was approved before is a downgrade. */
  readonly releaseSeq: number;
  readonly apiVersion: 1;
  readonly engines: { readonly promptd: string };
  /** The path of an ES module in the tree. */
  readonly entry: string;
  readonly publisher: string;
  readonly description?: string;
  readonly capabilities: readonly Capability[];
  /** The hosts that `http.fetch` may reach. */
  readonly http?: { readonly allow: readonly string[] };
  readonly hooks?: readonly HookDeclaration[];
  readonly endpoints?: readonly EndpointDeclaration[];
  readonly modals?: readonly ModalDeclaration[];
  /** What a client may show of the plugin where no session is open; its buttons open modals. */
  readonly ui?: readonly Control[];
  readonly limits?: LimitDeclaration;
}
