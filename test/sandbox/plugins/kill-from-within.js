import { definePlugin } from 'promptd:api';

/** Takes its whole process with it. */
export default definePlugin({
  init() {
    globalThis.begun = (globalThis.begun ?? 0) + 1;
  },
  check() {
    if (globalThis.begun !== 1) throw new Error(`begun ${globalThis.begun} times`);
  },
  endpoints: {
    attack: () => Array(1e9).fill(0).length,
    loop: () => {
      for (;;);
    },
    begun: () => globalThis.begun ?? 0,
  },
});
