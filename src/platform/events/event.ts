import type { Actor, Origin } from '../authorization/index.js';

/** Instance-wide events (users, the instance itself) belong to this project, which has no row. */
export const INSTANCE_PROJECT = '00000000-0000-0000-0000-000000000000';

export interface EventSubject {
  readonly type: string;
  readonly id: string;
  readonly name: string;
}

/** Small facts about what happened. Never content, never a secret. */
export type EventData = Readonly<
  Record<string, string | number | boolean | null | readonly string[]>
>;

/** Something that happened, as the use case reports it. */
export interface NewEvent {
  /** In the past tense: `prompt.version.published`. */
  readonly type: string;
  readonly projectId: string;
  readonly subject: EventSubject;
  /** Digest of what the subject was; absent when there was nothing before. */
  readonly before?: string;
  /** Digest of what it is now; absent when it is gone. */
  readonly after?: string;
  readonly data?: EventData;
}

/** An event as it is kept: numbered, with who did it, when, in which request and from where. */
export interface RecordedEvent extends NewEvent {
  /** Gapless per project and in the order of commits; shared by the events of one transaction. */
  readonly revision: number;
  /** Orders the events of one revision, from 0. */
  readonly position: number;
  readonly atMs: number;
  readonly actor: Actor;
  readonly requestId: string;
  readonly origin: Origin;
}
