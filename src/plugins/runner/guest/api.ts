import { ask, log } from './bootstrap.js';
import { readDefinition } from './definition.js';
import { freeze, SafePromise } from './primordials.js';

/*
 * `promptd:api` as a plugin imports it. Each function names an operation of the host; there is no
 * function that takes such a name.
 */

export const registry = freeze({
  log: (level: string, message: unknown) =>
    new SafePromise<void>((resolve) => {
      log(level === 'debug' || level === 'warn' || level === 'error' ? level : 'info', message);
      resolve();
    }),
  now: () => ask('now', null),
  randomUUID: () => ask('randomUUID', null),
  sleep: (ms: number) => ask('sleep', { ms }),
  prompts: freeze({
    get: (query: unknown) => ask('prompts.get', query),
    list: (query: unknown) => ask('prompts.list', query ?? {}),
    versions: (query: unknown) => ask('prompts.versions', query),
    propose: (proposal: unknown) => ask('prompts.propose', proposal),
  }),
  render: (request: unknown) => ask('render', request),
  kv: freeze({
    get: (key: string) => ask('kv.get', { key }),
    set: (key: string, value: unknown) => ask('kv.set', { key, value }),
    delete: (key: string) => ask('kv.delete', { key }),
  }),
  http: freeze({ fetch: (request: unknown) => ask('http.fetch', request) }),
  llm: freeze({ complete: (request: unknown) => ask('llm.complete', request) }),
  session: freeze({ update: (session: unknown) => ask('session.update', session) }),
});

/** Checks the definition where its mistake is, and returns it as it is. */
export function definePlugin<T>(definition: T): T {
  readDefinition(definition);
  return definition;
}
