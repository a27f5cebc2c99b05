/** @import { Content } from 'promptd:api' */
import { tagsOf } from './placeholders.js';
import { sentencesOf } from './sentences.js';
import { wordsOf } from './words.js';

/**
 * The parts of a prompt by what they are for. Providers cache a prompt by its beginning, so the
 * parts that stay should come first and `context`, which changes with each call, last.
 */
export const staticSegments = /** @type {const} */ ([
  'role',
  'task',
  'constraints',
  'outputFormat',
  'examples',
]);

/** @typedef {(typeof staticSegments)[number] | 'context'} SegmentName */
/** @typedef {Partial<Record<SegmentName, string>>} Segments */

/** @type {SegmentName[]} */
export const segmentNames = [...staticSegments, 'context'];

/**
 * A structured content says what its parts are. Of text and system messages, headings say it, and
 * without one each sentence is put where its words belong; what other messages say is examples up
 * to the last answer of the assistant, and context after it.
 *
 * @param {Content} content
 * @returns {Segments}
 */
export function segmentsOf(content) {
  switch (content.kind) {
    case 'text':
      return join(sorted(content.text));
    case 'chat':
      return join(sortedMessages(content.messages));
    case 'structured': {
      const { constraints = [], examples = [], ...texts } = content.sections;
      return join([
        ...entries(texts),
        ...constraints.map((text) => /** @type {Part} */ (['constraints', text])),
        ...examples.map((one) => /** @type {Part} */ (['examples', `${one.input}\n${one.output}`])),
      ]);
    }
  }
}

/** @typedef {[SegmentName, string]} Part */

/** @param {{ role?: string, task: string, context?: string, outputFormat?: string }} texts */
function entries({ role = '', task, context = '', outputFormat = '' }) {
  /** @type {Part[]} */
  const parts = [
    ['role', role],
    ['task', task],
    ['outputFormat', outputFormat],
    ['context', context],
  ];
  return parts;
}

/** @param {(import('promptd:api').Message | import('promptd:api').Placeholder)[]} messages */
function sortedMessages(messages) {
  const answered = messages.findLastIndex((one) => 'role' in one && one.role === 'assistant');
  return messages.flatMap((message, index) => {
    if ('placeholder' in message)
      return [/** @type {Part} */ (['context', `{{${message.placeholder}}}`])];
    if (message.role === 'system') return sorted(message.content);
    return [/** @type {Part} */ ([index <= answered ? 'examples' : 'context', message.content])];
  });
}

/**
 * @param {string} text
 * @returns {Part[]}
 */
function sorted(text) {
  /** @type {Part[]} */
  const parts = [];
  /** @type {SegmentName | undefined} */
  let headed;
  for (const line of text.split('\n')) {
    const heading = headingOf(line);
    if (heading !== undefined) headed = nameOf(heading);
    const name = headed;
    if (name !== undefined) parts.push([name, line]);
    else parts.push(...sentencesOf(line).map((one) => /** @type {Part} */ ([kindOf(one), one])));
  }
  return parts;
}

/**
 * `## Output format`, `Output format:` and `<output_format>`; an empty text for one that says nothing.
 *
 * @param {string} line
 */
function headingOf(line) {
  const text = line.trim();
  if (text.length > 60) return undefined;
  const found =
    /^#{1,6}\s+(.+)$/u.exec(text) ??
    /^\*{0,2}([\p{L}][\p{L} _-]*):\*{0,2}$/u.exec(text) ??
    /^<([\p{L}][\p{L} _-]*)>$/u.exec(text);
  return found?.[1];
}

/** @type {[SegmentName, ReadonlySet<string>][]} */
const headingWords = [
  ['examples', new Set(['example', 'examples', 'sample', 'samples', 'demonstrations'])],
  ['outputFormat', new Set(['output', 'format', 'response', 'answer', 'schema', 'structure'])],
  [
    'constraints',
    new Set(['constraints', 'rules', 'requirements', 'guidelines', 'limits', 'policy']),
  ],
  ['context', new Set(['context', 'background', 'input', 'data', 'document', 'question', 'text'])],
  ['role', new Set(['role', 'persona', 'identity', 'profile', 'character'])],
  ['task', new Set(['task', 'goal', 'goals', 'objective', 'instructions', 'mission', 'steps'])],
];

/**
 * @param {string} heading
 * @returns {SegmentName}
 */
function nameOf(heading) {
  const words = wordsOf(heading.replaceAll('_', ' '));
  return headingWords.find(([, known]) => words.some((word) => known.has(word)))?.[0] ?? 'task';
}

const must =
  /\b(?:must|never|always|only|don't|do not|should|shall|avoid|at most|at least|no more)\b/;
const format = /\b(?:json|yaml|xml|csv|markdown|format|output|reply|respond|code block|bullet)\b/;

/**
 * @param {string} sentence
 * @returns {SegmentName}
 */
function kindOf(sentence) {
  if (tagsOf(sentence).length > 0) return 'context';
  const text = sentence.slice(0, 2000).replaceAll('’', "'").toLowerCase();
  if (/\b(?:you are|act as|your role|you're an?)\b/.test(text)) return 'role';
  if (/\b(?:for example|for instance|e\.g|example:)/.test(text)) return 'examples';
  if (format.test(text)) return 'outputFormat';
  return must.test(text) ? 'constraints' : 'task';
}

/**
 * @param {Part[]} parts
 * @returns {Segments}
 */
function join(parts) {
  /** @type {Map<SegmentName, string[]>} */
  const lines = new Map();
  for (const [name, text] of parts) {
    if (text.trim() === '') continue;
    const found = lines.get(name);
    if (found === undefined) lines.set(name, [text]);
    else found.push(text);
  }
  return Object.fromEntries([...lines].map(([name, texts]) => [name, texts.join('\n')]));
}
