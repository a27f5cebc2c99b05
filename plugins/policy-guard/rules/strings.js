/** @import { Content } from 'promptd:api' */

/**
 * Every text of a content, by where it is: the templates, and also descriptions, defaults,
 * schemas and settings, and the names in them, since a secret can stand anywhere.
 *
 * SECURITY: a name can be a secret itself, so `isSecret` names are left out of every path.
 *
 * @param {Content} content
 * @param {(text: string) => boolean} isSecret
 * @returns {{ path: string, text: string }[]}
 */
export function stringsOf(content, isSecret) {
  /** @type {{ path: string, text: string }[]} */
  const found = [];
  /** @type {{ path: string, value: unknown }[]} */
  const waiting = [{ path: '', value: content }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, value } = next;
    if (typeof value === 'string') found.push({ path: path === '' ? '/' : path, text: value });
    if (typeof value !== 'object' || value === null) continue;
    const isList = Array.isArray(value);
    for (const [name, inner] of Object.entries(value).reverse()) {
      const shown = isList || (/^[\w$-]{1,40}$/.test(name) && !isSecret(name)) ? name : '*';
      if (!isList) found.push({ path: `${path}/${shown}`, text: name });
      waiting.push({ path: `${path}/${shown}`, value: inner });
    }
  }
  return found;
}

/**
 * The templates of a content, by where they are.
 *
 * @param {Content} content
 * @returns {{ path: string, text: string }[]}
 */
export function templatesOf(content) {
  switch (content.kind) {
    case 'text':
      return [{ path: '/text', text: content.text }];
    case 'chat':
      return content.messages.flatMap((message, index) =>
        'content' in message ? [{ path: `/messages/${index}/content`, text: message.content }] : [],
      );
    case 'structured':
      return textsBelow('/sections', content.sections);
  }
}

/**
 * @param {string} path
 * @param {unknown} value
 * @returns {{ path: string, text: string }[]}
 */
function textsBelow(path, value) {
  if (typeof value === 'string') return [{ path, text: value }];
  return Object.entries(value ?? {}).flatMap(([name, inner]) =>
    textsBelow(`${path}/${name}`, inner),
  );
}

/**
 * The number of the line in which a place of a text is.
 *
 * @param {string} text
 * @param {number} index
 */
export function lineOf(text, index) {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1))
    line += 1;
  return line;
}
