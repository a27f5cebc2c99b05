import { definePlugin, registry } from 'promptd:api';

export default definePlugin({
  endpoints: {
    waiting: async () => {
      for (let at = 0; at < 1e7; at += 1) await registry.kv.get('x');
    },
    atOnce: () => {
      const asked = [];
      for (let at = 0; at < 1e7; at += 1) asked.push(registry.kv.get('x'));
      return Promise.all(asked);
    },
    caught: async () => {
      for (let at = 0; at < 1e7; at += 1) {
        try {
          await registry.kv.get('x');
        } catch {
          // Goes on.
        }
      }
    },
    allowed: async () => {
      const asked = [];
      for (let at = 0; at < 100; at += 1) asked.push(registry.kv.get(String(at)));
      return (await Promise.all(asked)).length;
    },
  },
});
