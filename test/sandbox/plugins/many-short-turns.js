import { definePlugin, registry } from 'promptd:api';

/** Every turn is shorter than a slice; together they are not. */
export default definePlugin({
  hooks: {
    'version.published': async () => {
      for (;;) {
        const until = Date.now() + 60;
        while (Date.now() < until);
        await registry.now();
      }
    },
  },
});
