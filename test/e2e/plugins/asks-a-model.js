import { definePlugin, registry } from 'promptd:api';

/** Hands on a refusal, as the answer to its caller; whatever else comes of it is 200. */
export default definePlugin({
  endpoints: {
    it: async () => {
      try {
        const messages = [{ role: 'user', content: 'What is the answer?' }];
        return { status: 200, body: await registry.llm.complete({ model: 'small', messages }) };
      } catch ({ code }) {
        return { status: code === 'forbidden' ? 403 : 200, body: { code } };
      }
    },
  },
});
