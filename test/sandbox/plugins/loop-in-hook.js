import { definePlugin } from 'promptd:api';

export default definePlugin({
  hooks: {
    'version.beforePublish': () => {
      for (;;);
    },
  },
});
