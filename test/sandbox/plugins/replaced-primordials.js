import { definePlugin, registry } from 'promptd:api';

const { apply, defineProperty, has } = Reflect;
const caught = new Set();
const { add, forEach } = Set.prototype;
const { then } = Promise.prototype;

function keep(value) {
  apply(add, caught, [value]);
}

function spy(name) {
  return function (...args) {
    keep(this);
    for (let at = 0; at < args.length; at += 1) keep(args[at]);
    return name;
  };
}

const fields = [
  'answer',
  'ask',
  'asked',
  'code',
  'current',
  'end',
  'id',
  'line',
  'log',
  'message',
  'name',
  'path',
  'plugin',
  'post',
  'reject',
  'resolve',
  'value',
  '0',
  '1',
  '2',
];

/** Puts itself in the way of everything that the code around it could be using. */
function replaceEverything() {
  for (let at = 0; at < fields.length; at += 1) {
    const trap = {
      __proto__: null,
      configurable: true,
      get() {
        keep(this);
        return undefined;
      },
      set(value) {
        keep(this);
        keep(value);
      },
    };
    defineProperty(Object.prototype, fields[at], trap);
    defineProperty(Array.prototype, fields[at], trap);
  }
  JSON.stringify = spy('stringify');
  JSON.parse = spy('parse');
  Promise.prototype.then = function (...args) {
    keep(this);
    keep(args[0]);
    keep(args[1]);
    return apply(then, this, args);
  };
  Reflect.apply = spy('apply');
  Function.prototype.call = spy('call');
  Function.prototype.apply = spy('apply');
  Function.prototype.bind = spy('bind');
  Map.prototype.get = spy('get');
  Map.prototype.set = spy('set');
  Map.prototype.delete = spy('delete');
  String.prototype.slice = spy('slice');
  Array.prototype[Symbol.iterator] = spy('iterator');
  Array.prototype.push = spy('push');
  Object.freeze = spy('freeze');
  Object.keys = spy('keys');
  globalThis.Promise = class {};
  globalThis.Map = class {};
  globalThis.Error = class {};
  globalThis.String = spy('String');
}

/** Whether something can be used to talk to the host past the registry. */
function isHandle(value) {
  if (typeof value === 'function') return has(value, 'applyIgnored');
  if (typeof value !== 'object' || value === null) return false;
  return has(value, 'applyIgnored') || has(value, 'applySyncPromise');
}

export default definePlugin({
  endpoints: {
    attack: async () => {
      replaceEverything();
      const stored = await registry.kv.get('still');
      await registry.log('info', 'logged');
      let handles = 0;
      apply(forEach, caught, [(value) => (handles += isHandle(value) ? 1 : 0)]);
      return { stored, handles };
    },
    thrown: () => {
      replaceEverything();
      throw new TypeError('as it was');
    },
    after: () => 'works',
  },
});
