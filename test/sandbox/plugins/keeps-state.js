import { definePlugin, registry } from 'promptd:api';

globalThis.planted ??= 0;
Object.prototype.planted = 1;

export default definePlugin({
  endpoints: {
    plant: () => (globalThis.planted = 'here'),
    look: () => ({ planted: globalThis.planted ?? null, ofObjects: {}.planted ?? null }),
    busy: async (request) => {
      const mine = request.mine;
      globalThis.planted = mine;
      await registry.sleep(100);
      return { mine, seen: globalThis.planted };
    },
  },
});
