import { definePlugin, registry } from 'promptd:api';

/** Never runs for long, and never ends: between its turns it waits for the host. */
export default definePlugin({
  endpoints: {
    attack: async () => {
      const until = Date.now() + 120_000;
      while (Date.now() < until) {
        await registry.sleep(100_000);
      }
    },
  },
});
