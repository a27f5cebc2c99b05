import { type Example, type Message, type Sections } from '../content/content.js';

/** Renders one template of the sections; the path is that below `sections`. */
type RenderSection = (text: string, path: string) => string;

/**
 * The messages of a structured prompt, always in this order:
 *
 *     system   role                   as it is
 *              # Constraints          one list item each
 *              # Output format
 *              # Examples             ## Example 1, with Input: and Output:
 *     user     task                   as it is
 *              # Context
 *
 * What stays the same from call to call comes first and the context, which changes, last: a
 * provider's prompt cache matches the longest common prefix. A section that renders to white space
 * is left out with its heading, and so is an empty system message. The user message is always
 * there, as some providers refuse a chat without one.
 */
export function structuredMessages(sections: Sections, render: RenderSection): readonly Message[] {
  const {
    role = '',
    task,
    constraints = [],
    outputFormat = '',
    examples = [],
    context = '',
  } = sections;
  const system = joined([
    render(role, 'role'),
    block(
      'Constraints',
      constraints
        .map((text, index) => render(text, `constraints/${index}`))
        .filter(hasText)
        .map((text) => `- ${text}`)
        .join('\n'),
    ),
    block('Output format', render(outputFormat, 'outputFormat')),
    block('Examples', joined(examples.map((example, index) => exampleOf(example, index, render)))),
  ]);
  const user = joined([render(task, 'task'), block('Context', render(context, 'context'))]);
  return [
    ...(hasText(system) ? [{ role: 'system' as const, content: system }] : []),
    { role: 'user', content: user },
  ];
}

function exampleOf({ input, output }: Example, index: number, render: RenderSection): string {
  const path = `examples/${index}`;
  return joined([
    `## Example ${index + 1}`,
    `Input:\n${render(input, `${path}/input`)}`,
    `Output:\n${render(output, `${path}/output`)}`,
  ]);
}

function block(heading: string, body: string): string {
  return hasText(body) ? `# ${heading}\n\n${body}` : '';
}

function joined(parts: readonly string[]): string {
  return parts.filter(hasText).join('\n\n');
}

function hasText(text: string): boolean {
  return text.trim() !== '';
}
