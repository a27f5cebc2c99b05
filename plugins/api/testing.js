/*
 * `promptd:api` outside of promptd, to test a plugin's functions with: map the module name to this
 * file in the test runner, and give it a host before each test. It is not sandboxed.
 */

let host = {};

export function useHost(fake) {
  host = fake;
}

const call = (name, operation) => {
  const found = path(name).reduce((value, key) => value?.[key], host);
  if (typeof found !== 'function') {
    throw new Error(`the test's host has no ${name}; give it to useHost`);
  }
  return operation(found);
};

const path = (name) => name.split('.');

const op =
  (name) =>
  async (...args) =>
    call(name, (found) => found(...args));

export const registry = {
  log: op('log'),
  prompts: {
    get: op('prompts.get'),
    list: op('prompts.list'),
    versions: op('prompts.versions'),
    propose: op('prompts.propose'),
  },
  render: op('render'),
  kv: { get: op('kv.get'), set: op('kv.set'), delete: op('kv.delete') },
  http: { fetch: op('http.fetch') },
  llm: { complete: op('llm.complete') },
  session: { update: op('session.update') },
  now: op('now'),
  randomUUID: op('randomUUID'),
  sleep: op('sleep'),
};

export const definePlugin = (plugin) => plugin;
