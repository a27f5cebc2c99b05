/** The OCI repository-name grammar, as prompts are named. */
const promptName = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
const maxPromptNameLength = 255;
const everyPrompt = '*';
const anyDepthBelow = '/*';

/** Whether a text is `*`, a prompt name, or a folder followed by slash and star. */
export function isPromptPattern(text: string): boolean {
  if (text === everyPrompt) return true;
  const name = text.endsWith(anyDepthBelow) ? text.slice(0, -anyDepthBelow.length) : text;
  return name.length <= maxPromptNameLength && promptName.test(name);
}

/**
 * Whether a prompt is within the reach of the patterns. `support/*` reaches everything below
 * `support` at any depth and not `support` itself; names are compared whole, so it does not reach
 * `support-eu/greeting`.
 */
export function matchesPromptPatterns(patterns: readonly string[], prompt: string): boolean {
  return patterns.some((pattern) => {
    if (pattern === everyPrompt || pattern === prompt) return true;
    // The slash stays in the prefix: without it a neighbour with a longer name would match.
    return pattern.endsWith(anyDepthBelow) && prompt.startsWith(pattern.slice(0, -1));
  });
}
