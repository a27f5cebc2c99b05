import { countTokens } from '../tokens/encodings.js';
import { templatesOf } from './strings.js';

/** @import { Content } from 'promptd:api' */
/** @import { Finding } from './check-content.js' */

/**
 * The templates as they stand have to keep within the budget; values come on top of it.
 *
 * @param {Content} content
 * @param {{ encoding: import('../tokens/encodings.js').EncodingName, maxTokens: number } | null} budget
 * @returns {Finding[]}
 */
export function overTokenBudget(content, budget) {
  if (budget === null) return [];
  const texts = templatesOf(content);
  const characters = texts.reduce((sum, { text }) => sum + text.length, 0);
  // A token has at least one byte of UTF-8, and a UTF-16 unit three at most.
  if (characters * 3 <= budget.maxTokens) return [];
  const tokens = texts.reduce((sum, { text }) => sum + countTokens(text, budget.encoding), 0);
  if (tokens <= budget.maxTokens) return [];
  const what = `has ${tokens} tokens of ${budget.encoding}, and ${budget.maxTokens} are allowed; shorten it`;
  return [{ rule: 'token-budget', where: '/', what }];
}
