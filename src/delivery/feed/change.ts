import type { EventData, RecordedEvent } from '../../platform/events/index.js';
import { isoTime } from '../../platform/time/index.js';

/**
 * The events that consumers are told. SECURITY: a list of what is public, so that an event that is
 * added later is nobody's business until it stands here. What broke the glass is told as the move
 * that it is; releases and promotions are told as the moves of their labels.
 */
export const changeTypes = [
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
export type ChangeType = (typeof changeTypes)[number];

/** What happened to a prompt, as far as everybody who reads the prompt may know it. */
export interface Change {
  readonly revision: number;
  readonly type: ChangeType;
  readonly prompt: string;
  /** Of a version. */
  readonly version?: string;
  /** Of a version that was published. */
  readonly digest?: string;
  /** Of a label: its name, and the versions that it pointed to before and points to now. */
  readonly label?: string;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly at: string;
  readonly by: { readonly kind: string; readonly name: string };
}

/** Undefined for an event that is not public. */
export function changeOf(event: RecordedEvent): Change | undefined {
  const { type, data = {}, revision, actor } = event;
  const prompt = text(data, 'prompt');
  if (!isChangeType(type) || prompt === undefined) return undefined;
  return {
    revision,
    type,
    prompt,
    ...subjectOf(type, event, data),
    at: isoTime(event.atMs),
    by: { kind: actor.kind, name: actor.name },
  };
}

export function changesOf(events: readonly RecordedEvent[]): readonly Change[] {
  return events.map(changeOf).filter((change) => change !== undefined);
}

function subjectOf(type: ChangeType, { after }: RecordedEvent, data: EventData): Partial<Change> {
  const version = text(data, 'version');
  const label = text(data, 'label');
  if (type.startsWith('prompt.version.')) {
    return {
      ...(version !== undefined && { version }),
      // Of any other event about a version it is the digest of its state, which nobody can look up.
      ...(type === 'prompt.version.published' && after !== undefined && { digest: after }),
    };
  }
  if (!type.startsWith('prompt.label.') || label === undefined) return {};
  return { label, from: text(data, 'from') ?? null, to: text(data, 'to') ?? null };
}

function isChangeType(type: string): type is ChangeType {
  return (changeTypes as readonly string[]).includes(type);
}

function text(data: EventData, name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' ? value : undefined;
}
