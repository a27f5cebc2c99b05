import { definePlugin, registry } from 'promptd:api';

export default definePlugin({
  endpoints: {
    attack: async () => {
      await registry.kv.get('anything');
      for (;;);
    },
  },
});
