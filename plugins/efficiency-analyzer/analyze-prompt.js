import { registry } from 'promptd:api';
import { ChainAnalysis } from './metrics/chain-analysis.js';
import { codeOf, refusalOf } from './refusals.js';

/** @import { Report } from './metrics/chain-analysis.js' */
/** @import { Refusal } from './refusals.js' */
/** @typedef {{ prompt: string, leftOut: number } & Report} PromptReport */
/** @typedef {{ name: string, versions?: number, tokenBudget?: number }} Question */

const defaultVersions = 10;
const defaultTokenBudget = 4000;
/** After so much text no further version is read, to keep a call within its processor time. */
const mostCharacters = 1024 * 1024;

/**
 * Reads the newest versions of a prompt, as its caller may see them, and analyses them. Each is
 * measured before the next is asked for, so that every slice of work is that of one version.
 * Versions whose content was purged are left out; `leftOut` says how many were, for that or for size.
 *
 * @param {Question} question
 * @returns {Promise<{ report: PromptReport } | Refusal>}
 */
export async function analyzePrompt(question) {
  try {
    const report = await reportOn(question);
    if (report.versions.length > 0) return { report };
    return { status: 404, error: `${report.prompt} has no version whose content can be read` };
  } catch (error) {
    return refusalOf(error);
  }
}

/** @param {Question} question */
async function reportOn({ name, versions = defaultVersions, tokenBudget = defaultTokenBudget }) {
  const { items } = await registry.prompts.versions({ name, limit: versions });
  const readable = items.filter(({ purged }) => !purged);
  const analysis = new ChainAnalysis(tokenBudget);
  let read = 0;
  for (const { version } of readable) {
    if (analysis.characters >= mostCharacters) break;
    const content = await contentOf(name, version);
    if (!content) continue;
    analysis.addOlder(version, content);
    read += 1;
  }
  return { prompt: name, leftOut: items.length - read, ...analysis.report() };
}

/**
 * Undefined when it was purged since it was listed.
 *
 * @param {string} name
 * @param {string} selector
 */
async function contentOf(name, selector) {
  try {
    return (await registry.prompts.get({ name, selector })).content;
  } catch (error) {
    if (codeOf(error) === 'version-purged') return undefined;
    throw error;
  }
}
