import { definePlugin } from 'promptd:api';

export default definePlugin({
  endpoints: {
    echo: (request) => request,
    look: () => ({ planted: globalThis.planted ?? null, ofObjects: {}.planted ?? null }),
  },
});
