import { definePlugin } from 'promptd:api';

export default definePlugin({
  endpoints: { attack: () => new Promise(() => {}) },
});
