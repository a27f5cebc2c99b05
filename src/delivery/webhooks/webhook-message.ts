import type { EventData, RecordedEvent } from '../../platform/events/index.js';
import { isoTime } from '../../platform/time/index.js';

/**
 * Facts of events that are told. SECURITY: an allow-list. Reasons and comments are free text that
 * people wrote for those who may read the project, and what a later event will hold nobody knows.
 */
const toldFacts = [
  'prompt',
  'version',
  'ordinal',
  'label',
  'from',
  'to',
  'move',
  'labels',
  'moved',
  'moves',
  'approvals',
  'requiredApprovals',
] as const;

/**
 * What is sent of an event, as text: thin, so that a receiver asks for what it may read. Never content,
 * nor from where somebody acted.
 */
export function messageOf(event: RecordedEvent, project: string): string {
  const { type, revision, position, subject, before, after, actor } = event;
  return JSON.stringify({
    type,
    timestamp: isoTime(event.atMs),
    data: {
      ...{ project, revision, position },
      subject: { type: subject.type, id: subject.id, name: subject.name },
      ...factsOf(event.data ?? {}),
      before: before ?? null,
      after: after ?? null,
      actor: { kind: actor.kind, name: actor.name },
    },
  });
}

/** A message that no event stands behind, to try a webhook with. */
export function pingMessage(project: string, webhookId: string, atMs: number): string {
  const data = { project, webhook: webhookId };
  return JSON.stringify({ type: 'webhook.ping', timestamp: isoTime(atMs), data });
}

function factsOf(data: EventData): EventData {
  return Object.fromEntries(
    toldFacts.flatMap((fact) => {
      const value = data[fact];
      return value === undefined ? [] : [[fact, value]];
    }),
  );
}
