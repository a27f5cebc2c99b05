import { definePlugin } from 'promptd:api';

const spin = () => {
  for (;;);
};

/** Code that runs whenever anybody looks at an error's stack. */
export default definePlugin({
  endpoints: {
    prepared: () => {
      Error.prepareStackTrace = spin;
      throw new Error('looked at');
    },
    unhandled: () => {
      Error.prepareStackTrace = spin;
      void Promise.reject(new Error('looked at'));
      return 'done';
    },
    limit: () => {
      Object.defineProperty(Error, 'stackTraceLimit', { get: spin });
      throw new Error('counted');
    },
  },
});
