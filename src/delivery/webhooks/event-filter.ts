import { matchesPromptPatterns } from '../../access/index.js';
import type { RecordedEvent } from '../../platform/events/index.js';
import type { WebhookDraft } from './webhook.js';

/** The first words of the event types that may leave. */
export const eventFamilies = ['prompt', 'release', 'promotion', 'label-policy'] as const;

const everyEvent = '*';
const anyBelow = '.*';
const eventType = /^[a-z]+(?:-[a-z]+)*(?:\.[a-z]+(?:-[a-z]+)*)*$/;
const everyPrompt = '*';

/**
 * Whether an event may be told to webhooks at all. SECURITY: an allow-list, because what happens to
 * users, keys, sessions and credentials is written to the same outbox.
 */
export function mayLeave(type: string): boolean {
  return eventFamilies.some((family) => type.startsWith(`${family}.`));
}

/** Whether a text is `*`, an event type that may leave, or the beginning of one followed by `.*`. */
export function isEventPattern(text: string): boolean {
  if (text === everyEvent) return true;
  if (text.endsWith(anyBelow)) {
    const prefix = text.slice(0, -anyBelow.length);
    return eventType.test(prefix) && mayLeave(`${prefix}.`);
  }
  return eventType.test(text) && mayLeave(text);
}

/**
 * Whether a webhook wants an event. One for some prompts hears of what is about one prompt only:
 * what is about several, or about none, would tell it of others.
 */
export function wantsEvent(
  { events, prompts }: Pick<WebhookDraft, 'events' | 'prompts'>,
  event: Pick<RecordedEvent, 'type' | 'data'>,
): boolean {
  if (!mayLeave(event.type) || !events.some((one) => matchesType(one, event.type))) return false;
  if (prompts.includes(everyPrompt)) return true;
  const prompt = event.data?.prompt;
  return typeof prompt === 'string' && matchesPromptPatterns(prompts, prompt);
}

function matchesType(pattern: string, type: string): boolean {
  if (pattern === everyEvent || pattern === type) return true;
  // The dot stays in the prefix: without it a neighbour with a longer name would match.
  return pattern.endsWith(anyBelow) && type.startsWith(pattern.slice(0, -1));
}
