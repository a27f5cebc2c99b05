/** A member of what should be an object, and may be anything. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** The items of what should be a list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The usage of two counts; null unless both are. */
export function usageOf(input: unknown, output: unknown) {
  return isCount(input) && isCount(output) ? { inputTokens: input, outputTokens: output } : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
