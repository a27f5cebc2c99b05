import { definePlugin, registry } from 'promptd:api';

/** Where the newest prompt is remembered, in the project that it is of. */
const newestKey = 'newest-prompt';

export default definePlugin({
  hooks: {
    // An event may come twice; remembering the same name again changes nothing.
    'prompt.created': async (event) => {
      if (await remember(event.prompt)) await registry.log('info', `${event.prompt} is new`);
    },
  },

  endpoints: {
    greet: async ({ params, project }) => {
      const newest = await registry.kv.get(newestKey);
      return { status: 200, body: { greeting: greeting(params['who'] ?? ''), project, newest } };
    },
  },

  modals: {
    greeting: {
      open: async () => viewOf({ greeted: 0 }),
      actions: {
        greet: async (session, input) => viewOf({ greeted: session.state.greeted + 1 }, input.who),
      },
    },
  },
});

/**
 * What promptd refuses has a `code`. A project that was archived since keeps nothing new: to throw that
 * would be a failure of this plugin, and the event would be told again.
 *
 * @param {string} prompt
 * @returns {Promise<boolean>} whether it is kept
 */
async function remember(prompt) {
  try {
    await registry.kv.set(newestKey, prompt);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'project-archived')
      return false;
    throw error;
  }
}

/** @param {string} who */
function greeting(who) {
  return `Hello, ${who}!`;
}

/**
 * The control shows the last greeting; the state counts them.
 *
 * @param {{ greeted: number }} state
 * @param {string} [who]
 */
function viewOf(state, who) {
  const label = who === undefined ? 'Whom to greet' : `${greeting(who)} Whom next?`;
  /** @type {import('promptd:api').TextControl} */
  const control = { type: 'text', name: 'who', label, maxLength: 100 };
  return { state, controls: [control] };
}
