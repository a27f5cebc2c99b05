const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits after each failed attempt, as the Standard Webhooks specification suggests: three days. */
const delaysMs = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const;

/** The first at once, and one after each wait. */
export const maxTries = delaysMs.length + 1;

/** Up to so much longer, so that what failed together is not tried together. */
const JITTER = 0.1;

/** More than this nobody may ask for: a receiver must not put off the end of its failures for ever. */
const MAX_RETRY_AFTER_MS = hour;

/**
 * How long to wait after this many failed tries; undefined when they were the last.
 *
 * @param chance from 0 to 1
 */
export function retryDelayMs(
  tries: number,
  retryAfterMs: number | null,
  chance: number,
): number | undefined {
  const delay = delaysMs[tries - 1];
  if (delay === undefined) return undefined;
  const asked = Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  return Math.max(Math.round(delay * (1 + JITTER * chance)), asked);
}

/** Reads `Retry-After` (RFC 9110, 10.2.3): seconds or a date; null for anything else. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * second;
  // Only what looks like a date of HTTP: Date.parse takes many other texts for one.
  const atMs = /^[A-Z][a-z]{2,8},? .+ GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
