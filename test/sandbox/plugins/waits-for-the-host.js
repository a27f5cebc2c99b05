import { definePlugin, registry } from 'promptd:api';

export default definePlugin({
  endpoints: {
    wait: async () => registry.kv.get('slow'),
    quick: () => 'quick',
    caught: async () => {
      try {
        return await registry.render({ name: 'x' });
      } catch (error) {
        return {
          name: error.name,
          message: error.message,
          code: error.code ?? null,
          own: Object.keys(error),
        };
      }
    },
  },
});
