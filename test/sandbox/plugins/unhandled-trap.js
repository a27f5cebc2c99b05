import { definePlugin } from 'promptd:api';

/** Nobody handles this promise, so the engine itself looks at what it was rejected with. */
export default definePlugin({
  endpoints: {
    attack: () => {
      void Promise.reject({
        get message() {
          for (;;);
        },
      });
      return 'done';
    },
    plain: () => {
      void Promise.reject(new Error('nobody listens'));
      return 'done';
    },
    disguised: () => {
      void Promise.reject(new Error('Isolate was disposed during execution due to memory limit'));
      return 'done';
    },
  },
});
