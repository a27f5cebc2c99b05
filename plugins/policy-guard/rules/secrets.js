import { assignedSecretAt, secretPatterns } from './secret-patterns.js';
import { linesOf, stringsOf } from './strings.js';

/** @import { Content } from 'promptd:api' */
/** @import { Finding } from './check-content.js' */

/**
 * Secrets anywhere in a content. SECURITY: a finding says what was found and where, never the text,
 * because it is shown and logged.
 *
 * @param {Content} content
 * @returns {Finding[]}
 */
export function secretsIn(content) {
  return stringsOf(content, (name) => secretIn(name) !== undefined).flatMap(({ path, text }) => {
    const found = secretIn(text);
    if (found === undefined) return [];
    return [
      {
        rule: 'secrets',
        where: `${path} line ${linesOf(text)(found.index)}`,
        what: `looks like ${found.name}; revoke it, take it out, and let the service that uses the prompt hold it`,
      },
    ];
  });
}

/**
 * The first one of a text.
 *
 * @param {string} text
 */
function secretIn(text) {
  if (text.length < shortest) return undefined;
  for (const [name, pattern] of secretPatterns) {
    const index = text.search(pattern);
    if (index >= 0) return { name, index };
  }
  const index = assignedSecretAt(text);
  return index < 0 ? undefined : { name: 'the value of a secret', index };
}

const shortest = 12;
