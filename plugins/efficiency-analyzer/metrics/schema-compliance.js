import { wordsOf } from '../text/words.js';

/** @import { Content } from 'promptd:api' */

const formats = new Set([
  'json',
  'yaml',
  'xml',
  'csv',
  'markdown',
  'table',
  'format',
  'bullet',
  'list',
]);

/**
 * Output-schema compliance: whether the prompt asks for what its `outputSchema` promises. The mean
 * of three: the text says a format; the share of the schema's properties that the text names; the
 * share of examples whose output is JSON with the required properties. Null without a schema.
 *
 * @param {Content} content
 * @param {string} text
 */
export function schemaComplianceOf(content, text) {
  const words = new Set(wordsOf(text));
  const saysFormat = words.intersection(formats).size > 0;
  const schema = content.outputSchema;
  if (schema === undefined) {
    return { score: null, declared: false, saysFormat, named: null, examples: null };
  }
  const properties = Object.keys(objectOf(schema['properties'])).slice(0, 500);
  const named = share(properties, (property) => names(text, words, property));
  const outputs = outputsOf(content);
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const examples = share(outputs, (output) => fits(output, required));
  const parts = [saysFormat ? 1 : 0, named, examples].filter((part) => part !== null);
  const score = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  return { score, declared: true, saysFormat, named, examples };
}

/**
 * @param {string} text
 * @param {Set<string>} words
 * @param {string} property
 */
function names(text, words, property) {
  return words.has(property.toLowerCase()) || text.includes(property);
}

/** @param {Content} content */
function outputsOf(content) {
  if (content.kind === 'structured') {
    return (content.sections.examples ?? []).map(({ output }) => output);
  }
  if (content.kind === 'text') return [];
  return content.messages.flatMap((message) =>
    'role' in message && message.role === 'assistant' ? [message.content] : [],
  );
}

/**
 * @param {string} output
 * @param {string[]} required
 */
function fits(output, required) {
  try {
    const value = objectOf(JSON.parse(output));
    return required.every((name) => Object.hasOwn(value, name));
  } catch {
    return false;
  }
}

/**
 * @param {unknown} value
 * @returns {object}
 */
function objectOf(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/**
 * @param {string[]} items
 * @param {(item: string) => boolean} holds
 */
function share(items, holds) {
  return items.length === 0 ? null : items.filter(holds).length / items.length;
}
