import { definePlugin } from 'promptd:api';
import { analyzePrompt } from './analyze-prompt.js';
import { controlsOf } from './report/charts.js';
import { markdownOf } from './report/markdown.js';
import { countTokens, encodingNames } from './tokens/encodings.js';

/** @import { Control } from 'promptd:api' */
/** @typedef {{ prompt: string, versions: number }} State */

/** @type {State} */
const nothingAsked = { prompt: '', versions: 10 };

export default definePlugin({
  // Each encoding gives "hello world" two tokens; a damaged table would give more.
  check() {
    const wrong = encodingNames.filter((encoding) => countTokens('hello world', encoding) !== 2);
    if (wrong.length > 0) throw new Error(`tables of ${wrong.join(' and ')} are damaged`);
  },

  endpoints: {
    analyze: async ({ body }) => {
      const answer = await analyzePrompt(body);
      if ('error' in answer) return { status: answer.status, body: { error: answer.error } };
      const { report } = answer;
      if (body.format !== 'markdown') return { status: 200, body: report };
      const headers = { 'content-type': 'text/markdown; charset=utf-8' };
      return { status: 200, headers, body: markdownOf(report.prompt, report) };
    },
  },

  modals: {
    report: {
      open: async () => ({ state: nothingAsked, controls: formOf(nothingAsked) }),
      actions: {
        analyze: async (_session, input) =>
          showing({
            prompt: input.prompt,
            versions: Number(input.versions ?? nothingAsked.versions),
          }),
        refresh: async (session) =>
          session.state.prompt === ''
            ? { state: nothingAsked, controls: formOf(nothingAsked) }
            : showing(session.state),
      },
    },
  },
});

/** @param {State} state */
async function showing(state) {
  const answer = await analyzePrompt({ name: state.prompt, versions: state.versions });
  return { state, controls: [...formOf(state), ...shownOf(answer)] };
}

/**
 * @param {Awaited<ReturnType<typeof analyzePrompt>>} answer
 * @returns {Control[]}
 */
function shownOf(answer) {
  if ('report' in answer) return controlsOf(answer.report);
  return [{ type: 'markdown', name: 'refusal', text: answer.error }];
}

/**
 * @param {State} state
 * @returns {Control[]}
 */
function formOf({ prompt, versions }) {
  const options = ['2', '5', '10', '20', '30'].map((value) => ({ value, label: value }));
  return [
    { type: 'text', name: 'prompt', label: 'Prompt', value: prompt, maxLength: 255 },
    { type: 'dropdown', name: 'versions', label: 'Newest versions', options, value: `${versions}` },
    { type: 'button', name: 'run', label: 'Analyse', action: 'analyze', style: 'primary' },
    {
      type: 'button',
      name: 'again',
      label: 'Refresh',
      action: 'refresh',
      disabled: prompt === '',
    },
  ];
}
