import { readDefinition } from './definition.js';

const nothing = () => undefined;

describe('a definition', () => {
  it('may leave out everything', () => {
    const { init, check, hooks, endpoints, modals } = readDefinition({});

    expect([init, check]).toEqual([undefined, undefined]);
    expect([hooks, endpoints, modals].map((part) => Object.keys(part))).toEqual([[], [], []]);
  });

  it('has no function that was not given', () => {
    const { hooks, endpoints, modals } = readDefinition({ modals: { m: { open: nothing } } });

    for (const part of [hooks, endpoints, modals, modals.m!]) {
      expect(part.constructor).toBeUndefined();
      expect(part.__proto__).toBeUndefined();
    }
  });

  it('is called without a receiver', () => {
    const endpoints = {
      self(this: unknown) {
        return this;
      },
    };

    expect(readDefinition({ endpoints }).endpoints.self!()).toBeUndefined();
  });

  it.each([
    [undefined, 'The entry must export default definePlugin({ … }).'],
    [[], 'The entry must export default definePlugin({ … }).'],
    [nothing, 'The entry must export default definePlugin({ … }).'],
    [{ endpoint: {} }, 'definePlugin has no part called endpoint.'],
    [{ init: 1 }, 'init is not a function.'],
    [{ hooks: [] }, 'hooks is not an object.'],
    [{ hooks: { 'a.b': 1 } }, "hooks['a.b'] is not a function."],
    [{ modals: { m: null } }, "modals['m'] is not an object."],
    [{ modals: { m: {} } }, "modals['m'].open is not a function."],
    [{ modals: { m: { open: nothing, action: {} } } }, "modals['m'] has no part called action."],
    [
      { modals: { m: { open: nothing, actions: { open: nothing } } } },
      "modals['m'].actions cannot have one called open.",
    ],
  ])('is refused with what is wrong: %p', (definition, message) => {
    expect(() => readDefinition(definition)).toThrow(message);
  });
});
