/** What a plugin answered to a question; undefined stands for an answer that is none. */
export type VetoDecision =
  { readonly kind: 'allow' } | { readonly kind: 'deny'; readonly reason: string };

const maxReasonLength = 1_500;

/** Line breaks may stay. What is invisible or turns the direction of text does not. */
const unprintable = /[^\P{C}\n]|[\u2028\u2029]|\p{Cs}/gu;

/** SECURITY: the value is the plugin's; nothing is taken from it but what is checked here. */
export function readDecision(value: unknown): VetoDecision | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { decision, reason } = value as Partial<Record<string, unknown>>;
  if (decision === 'allow') return { kind: 'allow' };
  if (decision !== 'deny' || typeof reason !== 'string') return undefined;
  return { kind: 'deny', reason: printable(reason) };
}

/** A reason is shown to people, in terminals and pages too: bounded, and without what they obey. */
export function printable(reason: string): string {
  const bounded = reason.length > maxReasonLength ? `${reason.slice(0, maxReasonLength)}…` : reason;
  return bounded.replaceAll(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}
