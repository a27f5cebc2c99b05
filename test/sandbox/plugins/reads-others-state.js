import { definePlugin, registry } from 'promptd:api';

const places = [
  ['mine'],
  ['acme.victim/mine'],
  ['../acme.victim/mine'],
  [{ plugin: 'acme.victim', key: 'mine' }],
  ['mine', { plugin: 'acme.victim' }],
];

export default definePlugin({
  endpoints: {
    attack: async () => {
      const found = [];
      for (const place of places) {
        const value = await registry.kv.get(...place).catch(() => null);
        if (value !== null) found.push(value);
      }
      return found;
    },
    keep: () => registry.kv.set('mine', 'a secret of the victim'),
  },
});
