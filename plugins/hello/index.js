import { definePlugin, registry } from 'promptd:api';

/** Where the newest prompt is remembered, in the project that it is of. */
const newestKey = 'newest-prompt';

export default definePlugin({
  hooks: {
    // An event may come twice; remembering the same name again changes nothing.
    'prompt.created': async (event) => {
      await registry.kv.set(newestKey, event.prompt);
      await registry.log('info', `${event.prompt} is new`);
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
