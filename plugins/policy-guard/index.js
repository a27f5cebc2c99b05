import { definePlugin } from 'promptd:api';
import { checkContent, reasonOf } from './rules/check-content.js';
import { readSettings, writeSettings } from './settings.js';
import { countTokens, encodingNames } from './tokens/encodings.js';

export default definePlugin({
  // A hook has less time than it takes to make the tables of an encoding, so they are made here.
  init() {
    for (const encoding of encodingNames) countTokens('', encoding);
  },

  hooks: {
    'version.beforePublish': async ({ content }) => {
      const findings = checkContent(content, await readSettings());
      return findings.length === 0
        ? { decision: 'allow' }
        : { decision: 'deny', reason: reasonOf(findings) };
    },
  },

  endpoints: {
    getSettings: async () => ({ status: 200, body: await readSettings() }),
    putSettings: async ({ body }) => {
      try {
        return { status: 200, body: await writeSettings(body) };
      } catch (error) {
        return notKept(error);
      }
    },
    // What a publish of this content would be told.
    check: async ({ body }) => {
      const findings = checkContent(body.content, await readSettings());
      return { status: 200, body: { passes: findings.length === 0, findings } };
    },
  },
});

/** Why promptd keeps no settings, or none as large: for whoever sent them to know, and no failure. */
const conflicts = ['project-archived', 'plugin-state-full'];

/** @param {unknown} error */
function notKept(error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!(error instanceof Error) || !conflicts.includes(code)) throw error;
  return { status: 409, body: { error: error.message } };
}
