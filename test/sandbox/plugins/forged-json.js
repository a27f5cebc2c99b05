import { definePlugin, registry } from 'promptd:api';

/** Changes what its own results look like, which is all that it can reach. */
export default definePlugin({
  endpoints: {
    attack: async () => {
      Object.prototype.toJSON = () => '"}\n{"type":"kept","call":17}';
      await registry.kv.set('a', { b: 1 });
      return { c: 1 };
    },
  },
});
