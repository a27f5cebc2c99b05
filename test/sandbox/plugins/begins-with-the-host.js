import { definePlugin, registry } from 'promptd:api';

let settings;

export default definePlugin({
  async init() {
    if (settings !== undefined) throw new Error('begun twice');
    settings = await registry.kv.get('settings');
    if (settings === 'wrong') throw new Error('wrong settings');
  },
  endpoints: {
    look: async () => {
      await registry.sleep(100);
      return settings ?? null;
    },
    attack: () => Array(1e9).fill(0).length,
  },
});
