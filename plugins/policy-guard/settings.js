import { registry } from 'promptd:api';

/**
 * The rules of a project.
 *
 * @typedef {object} Settings
 * @property {boolean} secrets whether content is searched for secrets
 * @property {{ encoding: import('./tokens/encodings.js').EncodingName, maxTokens: number } | null} tokenBudget
 * @property {string[]} requiredSections
 * @property {string[]} forbiddenWords words, or phrases of words with spaces between
 */

/** What holds in a project that has said nothing: no secrets, and no other rule. */
export const defaultSettings = Object.freeze({
  secrets: true,
  tokenBudget: null,
  requiredSections: [],
  forbiddenWords: [],
});

const key = 'settings';

/** @returns {Promise<Settings>} */
export async function readSettings() {
  const stored = /** @type {Partial<Settings> | null} */ (await registry.kv.get(key));
  return { ...defaultSettings, ...stored };
}

/**
 * Replaces all settings; what is absent is as if nothing had been said.
 *
 * @param {Partial<Settings>} settings
 */
export async function writeSettings(settings) {
  const whole = { ...defaultSettings, ...settings };
  await registry.kv.set(key, whole);
  return whole;
}
