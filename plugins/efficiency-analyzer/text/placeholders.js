/**
 * A tag of a template that stands for a value: `{{name}}`, `{{{name}}}`, `{{&name}}`, or the opening of a
 * section or an inverted section over it.
 *
 * @typedef {object} Tag
 * @property {string} name the first part of a dotted name
 * @property {boolean} section
 * @property {number} start
 * @property {number} end where the text goes on
 */

/**
 * The tags of a Mustache template, found in one pass. Comments, closings and partials stand for
 * no value; a change of delimiters is followed. What is no tag is text.
 *
 * @param {string} text
 * @returns {Tag[]}
 */
export function tagsOf(text) {
  /** @type {Tag[]} */
  const tags = [];
  let [open, close] = ['{{', '}}'];
  for (let start = text.indexOf(open); start >= 0;) {
    const triple = open === '{{' && text[start + 2] === '{';
    const closing = triple ? '}}}' : close;
    const from = start + open.length + (triple ? 1 : 0);
    const to = text.indexOf(closing, from);
    if (to < 0) break;
    const inside = text.slice(from, Math.min(to, from + longestTag)).trim();
    const end = to + closing.length;
    const delimiters = /^=\s*([^\s=]{1,20})\s+([^\s=]{1,20})\s*=$/u.exec(inside);
    if (delimiters !== null) {
      [open, close] = /** @type {[string, string]} */ ([delimiters[1], delimiters[2]]);
    } else {
      const tag = /^([#^&]?)\s*([\p{L}_][\p{L}\p{N}_]*)(?:\.[\p{L}\p{N}_.]*)?$/u.exec(inside);
      const name = tag?.[2];
      if (name !== undefined)
        tags.push({ name, section: /[#^]/.test(inside[0] ?? ''), start, end });
    }
    start = text.indexOf(open, end);
  }
  return tags;
}

/** A variable has 64 characters at most; what is longer is no name. */
const longestTag = 256;

/**
 * The names a content's texts use, sorted.
 *
 * @param {import('./places.js').Place[]} places
 * @param {import('promptd:api').Content} content
 */
export function usedNames(places, content) {
  const names = places.flatMap(({ text }) => tagsOf(text).map(({ name }) => name));
  const messages = content.kind === 'chat' ? content.messages : [];
  const stands = messages.flatMap((one) => ('placeholder' in one ? [one.placeholder] : []));
  return [...new Set([...names, ...stands])].sort();
}
