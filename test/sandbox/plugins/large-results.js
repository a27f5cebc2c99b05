import { definePlugin, registry } from 'promptd:api';

export default definePlugin({
  endpoints: {
    attack: () => 'x'.repeat(200e6),
    bytes: () => '\u20ac'.repeat(400_000),
    largest: () => 'x'.repeat(999_998),
    argument: () => registry.kv.set('large', 'x'.repeat(200e6)),
    error: () => {
      throw new Error('x'.repeat(200e6));
    },
    log: async () => {
      await registry.log('info', 'x'.repeat(200e6));
      for (let at = 0; at < 100_000; at += 1) await registry.log('info', 'more');
      return 'done';
    },
  },
});
