import type { Actor } from '../platform/authorization/index.js';
import { canonicalJson, type Digest, digestOf } from '../platform/crypto/index.js';
import {
  type EventData,
  type EventSubject,
  INSTANCE_PROJECT,
  type RecordedEvent,
} from '../platform/events/index.js';
import { isoTime } from '../platform/time/index.js';
import type { ChainedEntry, TrailHead } from './verification.js';

/** What one entry of the audit trail says, and what its hash is taken over. */
export interface AuditFacts extends Omit<ChainedEntry, 'hash'> {
  /** RFC 3339 in UTC with milliseconds. */
  readonly at: string;
  /** What happened, in the past tense. */
  readonly type: string;
  /** Null for what concerns the instance and no single project. */
  readonly projectId: string | null;
  /** The revision of the project that the event belongs to, and its place in it from 0. */
  readonly revision: number;
  readonly position: number;
  readonly actor: Actor;
  readonly requestId: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly subject: EventSubject;
  /** Digest of what the subject was; null when there was nothing. */
  readonly before: string | null;
  /** Digest of what the subject became; null when it is gone. */
  readonly after: string | null;
  readonly data: EventData;
}

export interface AuditEntry extends AuditFacts, ChainedEntry {}

/**
 * The hash of an entry: SHA-256 over the UTF-8 bytes of the RFC 8785 (JCS) text of its facts,
 *
 *     {"actor":{"id","kind","name"},"after","at","before","data","ip","position","previousHash",
 *      "projectId","requestId","revision","sequence","subject":{"id","name","type"},"type","userAgent"}
 *
 * written `sha256:` and 64 hex digits. This is an entry as `GET /v1/audit` answers it without its
 * `hash`, so whoever holds the answers can check the chain without this program.
 */
export function hashOf(facts: AuditFacts): Digest {
  return digestOf(facts);
}

/** The entries that follow `head` when these events are appended in their order. */
export function chain(head: TrailHead, events: readonly RecordedEvent[]): readonly AuditEntry[] {
  let { sequence, hash: previousHash } = head;
  return events.map((event) => {
    sequence += 1;
    const facts = factsOf(event, sequence, previousHash);
    const entry = { ...facts, hash: hashOf(facts) };
    previousHash = entry.hash;
    return entry;
  });
}

function factsOf(event: RecordedEvent, sequence: number, previousHash: string): AuditFacts {
  return {
    sequence,
    at: isoTime(event.atMs),
    type: event.type,
    projectId: event.projectId === INSTANCE_PROJECT ? null : event.projectId,
    revision: event.revision,
    position: event.position,
    actor: event.actor,
    requestId: event.requestId,
    ip: event.origin.ip,
    userAgent: event.origin.userAgent,
    subject: event.subject,
    before: event.before ?? null,
    after: event.after ?? null,
    data: wellFormed(event.data ?? {}),
    previousHash,
  };
}

/**
 * SECURITY: half a surrogate pair has no RFC 8785 text. Columns replace it when they encode UTF-8,
 * but JSON carries it as an escape, and one such value would stop the trail for ever.
 */
function wellFormed(data: EventData): EventData {
  return JSON.parse(JSON.stringify(data), (_key, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  ) as EventData;
}

/** How `data` is stored. */
export function dataText(data: EventData): string {
  return canonicalJson(data);
}
