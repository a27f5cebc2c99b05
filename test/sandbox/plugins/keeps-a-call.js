import { definePlugin, registry } from 'promptd:api';

/** What an earlier call left behind, to be used when another caller's call runs. */
let kept;
let later;

export default definePlugin({
  endpoints: {
    leave: () => {
      kept = registry.kv.get('slow').then(() => registry.kv.set('stolen', 1));
      void registry.sleep(30).then(() => registry.kv.set('stolen', 2));
      return 'left';
    },
    hold: async () => {
      await Promise.race([new Promise((resolve) => (later = resolve)), registry.sleep(20)]);
      return 'held';
    },
    use: async () => {
      later?.();
      const first = await Promise.race([kept, registry.sleep(120).then(() => 'nothing came')]);
      return first;
    },
    caller: async () => registry.kv.get('who'),
    stolen: () => registry.kv.get('stolen'),
  },
});
