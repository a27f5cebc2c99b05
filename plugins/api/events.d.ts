declare module 'promptd:api' {
  /**
   * Asked before something happens, outside of any transaction: it can still be refused, and may
   * yet fail for another reason. All vetoes of one request share one second.
   */
  export interface VetoHandlers {
    /** A version is about to be published. Its content is valid; its number may not be decided yet. */
    'version.beforePublish': (event: BeforePublish) => Promise<Decision>;
    'label.beforeMove': (event: BeforeLabelMove) => Promise<Decision>;
    'render.before': (event: BeforeRender) => Promise<Decision>;
  }

  /** The reason is shown to whoever made the request, so it says what to do and repeats no secret. */
  export type Decision = { decision: 'allow' } | { decision: 'deny'; reason: string };

  interface VetoEvent {
    project: string;
    /** Name of the prompt. */
    prompt: string;
    caller: Caller;
  }

  export interface BeforePublish extends VetoEvent {
    content: Content;
    /** The number that was asked for; null when promptd is to decide it. */
    version: string | null;
    /** Labels that move to the version with its publication. */
    labels: string[];
  }

  export interface BeforeLabelMove extends VetoEvent {
    label: string;
    /** Null when the label does not exist yet. */
    from: string | null;
    /** Null when it is to be removed, or when the version that it moves to has no number yet. */
    to: string | null;
    /** What moves it. Only a publish may have no number yet. */
    ground: 'move' | 'publish' | 'rollback' | 'release' | 'promotion';
  }

  export interface BeforeRender extends VetoEvent {
    version: string;
    variables: Record<string, Json>;
  }

  /**
   * Told after it happened, from the outbox: at least once, and in the order of the project's
   * revisions. Whoever must not act twice remembers `id`. What an observer returns or throws
   * changes nothing.
   */
  export type ObserveHandlers = Record<ObservedEvent, (event: Observed) => Promise<void>>;

  export type ObservedEvent =
    | 'prompt.created'
    | 'prompt.updated'
    | 'prompt.tagged'
    | 'prompt.archived'
    | 'prompt.restored'
    | 'prompt.version.published'
    | 'prompt.version.yanked'
    | 'prompt.version.unyanked'
    | 'prompt.version.deprecated'
    | 'prompt.version.undeprecated'
    | 'prompt.version.purged'
    | 'prompt.label.moved'
    | 'prompt.label.removed';

  export interface Observed {
    /** The same for every delivery of one event. */
    id: string;
    type: ObservedEvent;
    revision: number;
    project: string;
    prompt: string;
    /** Of an event about a version. */
    version?: string;
    digest?: string;
    /** Of an event about a label, with the versions before and after. */
    label?: string;
    from?: string | null;
    to?: string | null;
    /** ISO 8601 in UTC. */
    at: string;
    by: { kind: string; name: string };
  }
}
