import { templatesOf } from './strings.js';

/** @import { Content } from 'promptd:api' */
/** @import { Finding } from './check-content.js' */

/**
 * Sections that are not there: of a structured content its own by name, of the others headings such
 * as `## Output format`, `Output format:` or `<output_format>`.
 *
 * @param {Content} content
 * @param {string[]} required
 * @returns {Finding[]}
 */
export function missingSections(content, required) {
  if (required.length === 0) return [];
  const present = content.kind === 'structured' ? ownSections(content) : headings(content);
  return required
    .filter((name) => !present.has(plain(name)))
    .map((name) => ({
      rule: 'required-sections',
      where: content.kind === 'structured' ? '/sections' : '/',
      what: `has no section "${name}"; add ${howTo(content, name)}`,
    }));
}

/** @param {import('promptd:api').StructuredContent} content */
function ownSections({ sections }) {
  const filled = Object.entries(sections).filter(([, value]) => value.length > 0);
  return new Set(filled.map(([name]) => plain(name)));
}

/** @param {Content} content */
function headings(content) {
  /** @type {Set<string>} */
  const found = new Set();
  for (const { text } of templatesOf(content)) {
    for (const line of text.split('\n')) {
      const heading = line.length === 0 || line.length > 100 ? undefined : headingOf(line.trim());
      if (heading !== undefined) found.add(plain(heading));
    }
  }
  return found;
}

/** @param {string} line */
function headingOf(line) {
  return (/^#{1,6}\s+(\S.*)$/u.exec(line) ??
    /^\*{0,2}([\p{L}\p{N} _-]+):\*{0,2}/u.exec(line) ??
    /^<([\p{L}\p{N} _-]+)>/u.exec(line))?.[1];
}

/**
 * `outputFormat`, `Output format` and `output_format` are one name.
 *
 * @param {string} name
 */
function plain(name) {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * @param {Content} content
 * @param {string} name
 */
function howTo(content, name) {
  return content.kind === 'structured' ? 'it to the sections' : `a line "## ${name}" and its text`;
}
