import { definePlugin } from 'promptd:api';

const spin = () => {
  for (;;);
};

export default definePlugin({
  endpoints: {
    thenable: () => ({ then: spin }),
    lateThenable: async () => ({
      then: (resolve) => {
        resolve({ then: spin });
      },
    }),
    selfThenable: () => {
      const thenable = {
        then: (resolve) => {
          resolve(thenable);
        },
      };
      return thenable;
    },
    toJSON: () => ({ toJSON: spin }),
    proxy: () => new Proxy({}, { get: spin, ownKeys: spin }),
    circle: () => {
      const circle = {};
      circle.circle = circle;
      return circle;
    },
    bigint: () => 1n,
    nothing: () => undefined,
    code: () => () => 1,
    lines: () => 'one\ntwo\u2028three\ud800',
  },
});
