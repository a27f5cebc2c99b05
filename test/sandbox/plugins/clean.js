import { definePlugin } from 'promptd:api';

export default definePlugin({
  endpoints: {
    look: () => ({ planted: globalThis.planted ?? null, ofObjects: {}.planted ?? null }),
  },
});
