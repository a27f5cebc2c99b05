import type { EventData, RecordedEvent } from '../../platform/events/index.js';
import { isoTime } from '../../platform/time/index.js';
import { observedEvents } from '../package/manifest.js';

const observable: ReadonlySet<string> = new Set(observedEvents);

/** As `Observed` of `promptd:api`. */
export interface ObservedEvent {
  /** The same for every delivery of one event, and of no other. */
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  readonly project: string;
  readonly prompt: string;
  readonly version?: string;
  readonly digest?: string;
  readonly label?: string;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly at: string;
  readonly by: { readonly kind: string; readonly name: string };
}

/** Undefined for an event that is not for plugins. */
export function observedEvent(event: RecordedEvent, project: string): ObservedEvent | undefined {
  const { type, projectId, revision, position, actor, atMs, data = {} } = event;
  const prompt = text(data, 'prompt');
  if (!observable.has(type) || prompt === undefined) return undefined;
  return {
    id: `${projectId}:${revision}:${position}`,
    ...{ type, revision, project, prompt },
    ...factsOf(event, data),
    at: isoTime(atMs),
    by: { kind: actor.kind, name: actor.name },
  };
}

function factsOf({ type, after }: RecordedEvent, data: EventData): Partial<ObservedEvent> {
  const version = text(data, 'version');
  if (type.startsWith('prompt.version.') && version !== undefined) {
    // Of any other event about a version it is the digest of its state, which nobody can look up.
    const isContent = type === 'prompt.version.published' && after !== undefined;
    return { version, ...(isContent && { digest: after }) };
  }
  const label = text(data, 'label');
  if (!type.startsWith('prompt.label.') || label === undefined) return {};
  return { label, from: text(data, 'from') ?? null, to: text(data, 'to') ?? null };
}

function text(data: EventData, name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' ? value : undefined;
}
