/// <reference path="./content.d.ts" />
/// <reference path="./controls.d.ts" />
/// <reference path="./events.d.ts" />
/// <reference path="./prompts.d.ts" />

/**
 * What a plugin may import: `import { definePlugin, registry } from 'promptd:api'`, and the modules of
 * its own tree by relative paths. There is nothing else: no Node, no network, no timers, no dynamic
 * import. A plugin keeps nothing in memory that it cannot lose, because its process may be
 * replaced between any two calls; what must last goes into `registry.kv` or a session's state.
 */
declare module 'promptd:api' {
  /**
   * The host. Every function asks promptd, so every one is a promise and may reject with an `Error`
   * whose message says what was wrong. Its `code` is that of the problem, such as `not-found`, when
   * promptd refuses what was asked; there is none when promptd fails. A call of the plugin may do
   * what its caller may, what the plugin was granted and what its manifest declares: the least of
   * the three. The project is that of the call and cannot be named.
   *
   * One call may ask 100 times in all and 20 times at once. A function that is used after its call
   * has been answered is refused.
   */
  export const registry: Registry;

  export interface Registry {
    /** Writes a line into the log of the call: 8 KB in all, what is more is cut off. */
    log(level: LogLevel, message: string): Promise<void>;
    readonly prompts: PromptAccess;
    /** Capability `render`: the text or the messages of a version with the variables filled in. */
    render(request: RenderRequest): Promise<Rendered>;
    readonly kv: KeyValueStore;
    readonly http: { fetch(request: HttpRequest): Promise<HttpResponse> };
    readonly llm: { complete(request: CompletionRequest): Promise<Completion> };
    readonly session: {
      /**
       * Within a call of a modal: stores and shows what has been reached so far, before the call
       * is answered. Needs no capability.
       */
      update(view: SessionView): Promise<void>;
    };
    /** Milliseconds since 1970 by promptd's clock. */
    now(): Promise<number>;
    randomUUID(): Promise<string>;
    /** Waits without using processor time; the wall clock of the call goes on. */
    sleep(ms: number): Promise<void>;
  }

  export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

  export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

  /**
   * Capability `kv`. Small values of this plugin in the project of the call, with a quota; no other
   * plugin and no other project sees them. The last write wins.
   */
  export interface KeyValueStore {
    /** Null when nothing is stored under the key. */
    get(key: string): Promise<Json>;
    set(key: string, value: Json): Promise<void>;
    /** Does nothing when there is nothing. */
    delete(key: string): Promise<void>;
  }

  /** Capability `http`: https only, to the host names in the manifest's `http.allow`, no redirects. */
  export interface HttpRequest {
    url: string;
    method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    headers?: Record<string, string>;
    body?: string;
  }

  export interface HttpResponse {
    status: number;
    headers: Record<string, string>;
    body: string;
  }

  /**
   * Capability `llm`: answered with the project's own credential, which the plugin never sees. The caller
   * has to be a developer of the project or an API key with the verb `publish`. It takes as long as the call
   * may (`limits.wallMs`), and rejects with `code` `credential-missing` when the project has no
   * credential, or `completion-failed` when the provider gave no text; the message says why.
   */
  export interface CompletionRequest {
    /**
     * One of `GET /v1/providers`. Without it the project must have credentials of one provider only. Of
     * several credentials of a provider, the newest is used.
     */
    provider?: string;
    /** As the provider names it; at most 200 characters. */
    model: string;
    /** 1 to 100. Anthropic has what the system says before everything else, and a user first. */
    messages: Message[];
    parameters?: CompletionParameters;
  }

  /** There are no others. One that is left out has the provider's default. */
  export interface CompletionParameters {
    /** 0 to 2; at Anthropic to 1. */
    temperature?: number;
    /** 0 to 1. */
    topP?: number;
    /** The length of the answer; 4096 at Anthropic when it is left out. */
    maxTokens?: number;
    /** At most 4, each of at most 100 characters. */
    stop?: string[];
    /** A whole number from 0. Anthropic has none, and refuses it. */
    seed?: number;
  }

  export interface Completion {
    text: string;
    /** Null when the provider did not say. */
    usage: { inputTokens: number; outputTokens: number } | null;
  }

  /** Who made the request that a call belongs to, so far as a plugin may know. */
  export interface Caller {
    kind: 'user' | 'key' | 'plugin' | 'system';
    id: string;
    /** What the caller holds in the project of the call. */
    roles: Role[];
  }

  export type Role = 'viewer' | 'developer' | 'admin';

  /**
   * A request to an endpoint of the manifest, already checked: the caller holds one of its roles
   * and the body fits its `input` schema.
   */
  export interface PluginRequest<Body = Json> {
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    /** Below `/v1/plugins/<name>`, in the encoding of an address. */
    path: string;
    /** The values of `:param` in the manifest's path, decoded. */
    params: Record<string, string>;
    query: Record<string, string>;
    /** Lower-case names; never authorization or cookie. */
    headers: Record<string, string>;
    /** Null when there was none. */
    body: Body;
    /** Name of the project of the call. */
    project: string;
    caller: Caller;
  }

  export interface PluginResponse {
    /** 200 to 499. Anything else is answered to the caller as a failure of the plugin. */
    status: number;
    /** Only `content-type` of JSON or text and `content-language` go out; no answer is cached. */
    headers?: Record<string, string>;
    /** A string goes out as text, everything else as JSON. */
    body?: unknown;
  }

  /** A modal session as its handlers see it: it belongs to one user in one project. */
  export interface Session<State = Json> {
    id: string;
    modal: string;
    project: string;
    caller: Caller;
    /** What the last call left; null when the session is being opened. At most 64 KB as JSON. */
    state: State;
  }

  /** What a session becomes: its state, and what its user is shown. */
  export interface SessionView<State = unknown> {
    state: State;
    controls: Control[];
  }

  /** `done` ends the session once its last view was shown. */
  export interface SessionStep<State = unknown> extends SessionView<State> {
    done?: boolean;
  }

  export interface ModalHandlers {
    open(session: Session<null>): Promise<SessionView>;
    /** By the names of the manifest. An input fits the action's `input` schema. */
    // The state is what this plugin itself returned before, so it may say what it is.
    actions: Record<string, (session: Session<any>, input: any) => Promise<SessionStep>>;
  }

  export interface PluginDefinition {
    /** Once per start, before anything else; a plugin that throws here does not start. */
    init?(): void | Promise<void>;
    /** Answers to health probes; throws when the plugin is not well. */
    check?(): void | Promise<void>;
    /** By event name; each must stand in the manifest. */
    hooks?: Partial<VetoHandlers & ObserveHandlers>;
    /** By the `handler` names of the manifest. */
    endpoints?: Record<string, (request: PluginRequest<any>) => Promise<PluginResponse>>;
    modals?: Record<string, ModalHandlers>;
  }

  /** Returns what it is given; the type says whether it is a plugin. The entry exports it as default. */
  export function definePlugin<P extends PluginDefinition>(plugin: P): P;
}
