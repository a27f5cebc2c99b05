import { forbiddenWordsIn } from './forbidden-words.js';
import { missingSections } from './required-sections.js';
import { secretsIn } from './secrets.js';
import { overTokenBudget } from './token-budget.js';

/** @import { Content } from 'promptd:api' */

/**
 * One reason to refuse a content: the rule, where it is broken, and what to do.
 *
 * @typedef {{ rule: string, where: string, what: string }} Finding
 */

/**
 * @param {Content} content
 * @param {import('../settings.js').Settings} settings
 * @returns {Finding[]}
 */
export function checkContent(content, settings) {
  return [
    ...(settings.secrets ? secretsIn(content) : []),
    ...overTokenBudget(content, settings.tokenBudget),
    ...missingSections(content, settings.requiredSections),
    ...forbiddenWordsIn(content, settings.forbiddenWords),
  ];
}

/** How many findings a reason names. */
const mostNamed = 3;

/** @param {Finding[]} findings */
export function reasonOf(findings) {
  const named = findings
    .slice(0, mostNamed)
    .map(({ rule, where, what }) => `${rule}: ${where.slice(0, 100)} ${what}.`);
  const more = findings.length - mostNamed;
  return [...named, ...(more > 0 ? [`There are ${more} more.`] : [])].join(' ');
}
