import { definePlugin, registry } from 'promptd:api';

const wanted = [
  'process',
  'require',
  'module',
  'Buffer',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'console',
  'global',
  'navigator',
  'performance',
  'WebAssembly',
  'SharedArrayBuffer',
  'Atomics',
  'FinalizationRegistry',
  'ivm',
  'isolated',
  'Deno',
  'Bun',
];

/** What a function's constructor, asked for everything, finds. */
function found(make) {
  return wanted.filter((name) => {
    try {
      return make(`return typeof ${name} !== 'undefined'`)();
    } catch {
      return false;
    }
  });
}

/** Every object and function that can be reached from a value by its properties and prototypes. */
function reachable(value, seen = new Set()) {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return seen;
  if (seen.has(value)) return seen;
  seen.add(value);
  for (const key of Reflect.ownKeys(value)) {
    const property = Reflect.getOwnPropertyDescriptor(value, key);
    for (const part of [property.value, property.get, property.set]) reachable(part, seen);
  }
  return reachable(Reflect.getPrototypeOf(value), seen);
}

export default definePlugin({
  endpoints: {
    globals: () => wanted.filter((name) => name in globalThis),
    constructors: (request) => {
      const answer = registry.now();
      const asked = [
        request,
        registry,
        registry.now,
        answer,
        definePlugin,
        async () => {},
        function* () {},
      ];
      return asked.map((value) => found(value.constructor.constructor));
    },
    sameRealm: async (request) => {
      const given = await registry.kv.get('x');
      return [request, registry, registry.kv.get, given, registry.now()].every(
        (value) => value instanceof Object && value.constructor.constructor === Function,
      );
    },
    handles: async (request) => {
      const seen = reachable({
        request,
        registry,
        definePlugin,
        globalThis,
        given: await registry.kv.get('x'),
      });
      const names = [
        'applyIgnored',
        'applySyncPromise',
        'derefInto',
        'copySync',
        'compileScript',
        'createContext',
      ];
      return [...seen].flatMap((value) => names.filter((name) => Reflect.has(value, name)));
    },
    dynamicImport: async () => {
      const refused = [];
      for (const name of [
        'node:fs',
        'fs',
        'promptd:api',
        './index.js',
        'promptd:./bootstrap.js',
        'isolated-vm',
      ]) {
        await import(name).catch(() => refused.push(name));
      }
      return refused.length;
    },
    stack: () => {
      const sites = [];
      Error.prepareStackTrace = (_, calls) => calls;
      for (const site of new Error().stack) {
        sites.push(site.getThis() ?? null, site.getFunction() ?? null);
      }
      return sites.filter((site) => site !== null).length;
    },
    callers: () => {
      try {
        return [typeof registry.now.caller, typeof registry.now.arguments];
      } catch (error) {
        return error.name;
      }
    },
    changed: () => {
      const tried = [
        () => (registry.now = 1),
        () => (registry.kv.get = 1),
        () => delete registry.http,
        () => Object.setPrototypeOf(registry, {}),
      ];
      return tried.filter((attempt) => {
        try {
          attempt();
          return true;
        } catch {
          return false;
        }
      }).length;
    },
    meta: () => Object.keys(import.meta),
  },
});
