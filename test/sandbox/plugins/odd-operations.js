import { definePlugin, registry } from 'promptd:api';

const odd = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'valueOf',
  '',
  'then',
];

/** Whatever leads to a function that is not the registry's own is called. */
export default definePlugin({
  endpoints: {
    attack: async () => {
      const answers = [];
      for (const group of [registry, registry.prompts, registry.kv]) {
        for (const name of odd) {
          try {
            answers.push(typeof (await group[name]?.({ name: 'x' }, 'x', 'x')));
          } catch (error) {
            answers.push(error.name);
          }
        }
      }
      return answers.length;
    },
    protoKey: (request) =>
      registry.kv
        .set('__proto__', JSON.parse('{"__proto__":{"polluted":1}}'))
        .then(() => request.polluted),
  },
});
