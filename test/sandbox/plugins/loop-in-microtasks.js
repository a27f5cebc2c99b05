import { definePlugin } from 'promptd:api';

/** Answers at once, and goes on without ever coming back to the engine's loop. */
async function spin() {
  for (;;) await null;
}

export default definePlugin({
  endpoints: {
    attack: () => {
      void spin();
      return 'done';
    },
  },
});
