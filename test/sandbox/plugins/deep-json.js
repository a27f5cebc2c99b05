import { definePlugin, registry } from 'promptd:api';

const nested = (depth) => {
  let value = 1;
  for (let at = 0; at < depth; at += 1) value = [value];
  return value;
};

export default definePlugin({
  endpoints: {
    result: () => nested(1000),
    bottomless: () => nested(1_000_000),
    argument: () => registry.kv.set('deep', nested(1000)),
    flat: () => Array.from({ length: 1000 }, () => [[[]]]),
  },
});
