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
 * Takes time in the length of the text once, when it is first used.
 *
 * @param {string} text
 * @returns {(index: number) => number} the number of the line in which a place of the text is
 */
export function linesOf(text) {
  /** @type {number[] | undefined} */
  let ends;
  return (index) => {
    ends ??= lineEnds(text);
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? index) < index) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** @param {string} text */
function lineEnds(text) {
  const ends = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at);
  return ends;
}
