import { canonicalJson } from '../../platform/crypto/index.js';
import { type Content, type Message, type Placeholder } from '../content/content.js';
import { textPlaces } from '../content/text-places.js';

/**
 * A content as a text to read and compare by lines: template texts as they are, the rest as
 * indented JSON with sorted keys, each under its path. It is not meant to be parsed.
 */
export function readableContent(content: Content): string {
  const blocks = [
    block('kind', content.kind),
    ...wordingBlocks(content),
    ...(content.variables ?? []).map((it) => block(`variables/${it.name}`, sortedJson(it))),
    ...(content.outputSchema ? [block('outputSchema', sortedJson(content.outputSchema))] : []),
    ...(content.tools ?? []).map((tool) => block(`tools/${tool.name}`, sortedJson(tool))),
    ...(content.model ? [block('model', sortedJson(content.model))] : []),
  ];
  return blocks.join('\n');
}

function wordingBlocks(content: Content): string[] {
  if (content.kind === 'chat') return content.messages.map(messageBlock);
  return [...textPlaces(content)].map(([path, text]) => block(path, text));
}

function messageBlock(message: Message | Placeholder, index: number): string {
  return 'placeholder' in message
    ? block(`messages/${index}/placeholder`, message.placeholder)
    : block(`messages/${index}/content, ${message.role}`, message.content);
}

function block(title: string, body: string): string {
  return `[${title}]\n${body}\n`;
}

function sortedJson(value: unknown): string {
  return JSON.stringify(JSON.parse(canonicalJson(value)), null, 2);
}
