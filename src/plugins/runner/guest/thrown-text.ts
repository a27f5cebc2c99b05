import { cut, SafeString } from './primordials.js';

const unspeakable = 'something was thrown that has no text';

/**
 * What was thrown as a short text. Reading it may run code of the plugin (a getter, a Proxy, a
 * `toString`), which is why it happens here, inside the isolate and inside the slice.
 */
export function thrownText(thrown: unknown, maxLength: number): string {
  try {
    if (typeof thrown !== 'object' || thrown === null) return cut(SafeString(thrown), maxLength);
    const { name, message } = thrown as { name?: unknown; message?: unknown };
    if (typeof message !== 'string') return unspeakable;
    // Cut first: a name and a message of half a gigabyte each cannot be joined.
    const text = cut(message, maxLength);
    return typeof name === 'string' ? cut(`${cut(name, maxLength)}: ${text}`, maxLength) : text;
  } catch {
    return unspeakable;
  }
}

/** What an error names as its cause. Reading it may run code of the plugin too. */
export function causeOf(thrown: unknown): unknown {
  try {
    return (thrown as { cause?: unknown }).cause;
  } catch {
    return undefined;
  }
}
