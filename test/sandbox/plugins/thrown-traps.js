import { definePlugin } from 'promptd:api';

const spin = () => {
  for (;;);
};

export default definePlugin({
  endpoints: {
    getter: () => {
      throw {
        get message() {
          return spin();
        },
      };
    },
    proxy: () => {
      throw new Proxy({}, { get: spin, has: spin, getPrototypeOf: spin, ownKeys: spin });
    },
    text: () => {
      throw { message: { toString: spin }, toString: spin, [Symbol.toPrimitive]: spin };
    },
    symbol: () => {
      throw Symbol('no text');
    },
    nothing: () => {
      throw null;
    },
    long: () => {
      throw new Error('x'.repeat(1e8));
    },
    name: () => {
      throw Object.defineProperty(new Error('m'), 'name', { get: spin });
    },
    cause: () => {
      throw Object.defineProperty(new Error('m'), 'cause', { get: spin });
    },
    throwing: () => {
      throw {
        get message() {
          throw {
            get message() {
              throw new Error('again');
            },
          };
        },
      };
    },
  },
});
