import { definePlugin, registry } from 'promptd:api';

const text = (name, value = '') => ({ type: 'text', name, label: 'Text', value, maxLength: 20 });
const fields = (value) => [
  text('word', value),
  { type: 'checkbox', name: 'agreed', label: 'Agreed', value: false },
  {
    type: 'dropdown',
    name: 'size',
    label: 'Size',
    options: [
      { value: 's', label: 'S' },
      { value: 'l', label: 'L' },
    ],
  },
  { type: 'button', name: 'go', label: 'Go', action: 'count' },
];
const view = (state) => ({ state, controls: fields() });

/** Views that nobody may be shown, by name. */
const hostile = {
  large: { state: 'x'.repeat(70_000), controls: [] },
  stateless: { controls: [] },
  html: { state: 1, controls: [{ type: 'html', name: 'x', html: '<b>' }] },
  url: { state: 1, controls: [{ type: 'markdown', name: 'x', text: 'x', url: 'https://x' }] },
  prototype: { state: 1, controls: [{ type: 'constructor', name: 'x' }] },
  twice: { state: 1, controls: [text('a'), text('a')] },
  foreign: { state: 1, controls: [{ type: 'button', name: 'x', label: 'X', action: 'elsewhere' }] },
  ragged: {
    state: 1,
    controls: [{ type: 'table', name: 't', label: 'T', columns: ['a', 'b'], rows: [['1']] }],
  },
  many: { state: 1, controls: Array.from({ length: 101 }, (_, index) => text(`c${index}`)) },
  odd: { state: 1, controls: [], done: 'yes' },
  more: { state: 1, controls: [], redirect: 'https://x' },
  nothing: null,
};

export default definePlugin({
  modals: {
    counter: {
      open: async (session) => view({ count: 0, opened: session.state }),
      actions: {
        count: async ({ state }, input) => view({ ...state, count: state.count + 1, input }),
        finish: async ({ state }) => ({ ...view(state), done: true }),
        fail: async () => {
          throw new Error('cannot');
        },
        hold: async ({ state }) => {
          await registry.session.update({ state: { ...state, progress: 'half' }, controls: [] });
          await registry.kv.get('gate');
          return view({ ...state, held: true });
        },
        hostile: async (_session, { which }) => hostile[which],
        secretly: async ({ state }, { which }) => {
          const refusal = await registry.session
            .update(hostile[which])
            .catch(({ message }) => message);
          return view({ ...state, refusal });
        },
        adminOnly: async ({ state }) => view({ ...state, admin: true }),
      },
    },
    broken: { open: async () => ({ state: 1 }), actions: {} },
  },
});
