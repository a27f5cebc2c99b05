import type { Control } from '../../src/plugins/package/control.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { AnswerCheck } from '../support/fuzz/answer-check.js';
import { readApiDocument } from '../support/fuzz/api-document.js';
import { newMember, newProject } from '../support/people.js';
import { PluginWorkspace, saying } from '../support/plugins/plugin-workspace.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';

jest.setTimeout(180_000);

const name = 'acme.drawn';

/** One of each kind, and a button for each modal. */
const ui: readonly Control[] = [
  { type: 'button', name: 'ask', label: 'Ask', action: 'question', style: 'primary' },
  { type: 'button', name: 'wipe', label: 'Wipe', action: 'wiping', style: 'danger' },
  {
    ...{ type: 'dropdown', name: 'size', label: 'Size', value: 's' },
    options: [{ value: 's', label: 'Small' }],
  },
  { type: 'checkbox', name: 'sure', label: 'Sure', value: false },
  { type: 'text', name: 'who', label: 'Who', maxLength: 20 },
  { type: 'textarea', name: 'why', label: 'Why', value: 'Because.' },
  { type: 'table', name: 'table', label: 'Table', columns: ['a', 'b'], rows: [['x', null]] },
  {
    ...{ type: 'chart', name: 'chart', label: 'Chart', chart: 'line', categories: ['1.0.0'] },
    series: [{ label: 'tokens', values: [12] }],
  },
  { type: 'markdown', name: 'help', text: '*Ask* before you wipe.' },
];

const modals = [
  { name: 'question', title: 'Ask', roles: ['viewer'], actions: [{ name: 'send' }] },
  { name: 'wiping', title: 'Wipe', roles: ['admin'], actions: [] },
];
const schema = { type: 'object', properties: { who: { type: 'string', maxLength: 9 } } };
const endpoints = [
  {
    ...{ handler: 'say', method: 'POST', path: '/say/:what', roles: ['viewer'] },
    ...{ launchesModal: 'question', input: schema, output: schema },
  },
  { handler: 'say', method: 'DELETE', path: '/say/:what', roles: ['admin'] },
];
const hooks = [{ event: 'prompt.created', kind: 'observe', order: 3 }];

const code = saying('return { status: 200, body: {} };').replace(
  'definePlugin({',
  `definePlugin({
    hooks: { 'prompt.created': async () => undefined },
    modals: {
      question: { open: async () => null, actions: { send: async () => null } },
      wiping: { open: async () => null },
    },`,
);

let app: FreshApplication;
let plugins: PluginWorkspace;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_PLUGINS_WATCH: 'off' }, runnerProgram());
  plugins = await PluginWorkspace.of(app);
  const manifest = {
    ...{ endpoints, hooks, modals, ui, description: 'Has everything.' },
    ...{ capabilities: ['kv', 'http'], http: { allow: ['api.example.com'] } },
    limits: { memoryMb: 32, wallMs: 2_000 },
  };
  await plugins.serve({ name, code, manifest });
});
afterAll(() => app.close());

const manifestFor = async (token: string) => {
  const { body } = await app.as(token, 'get', `/v1/plugins/${name}`).expect(200);
  return body.manifest as Record<string, unknown>;
};

describe('the manifest of a plugin that serves', () => {
  it('is told as the document of the API describes it, member by member', async () => {
    const api = readApiDocument();
    const operation = api.operations.find(({ route }) => route === 'GET /v1/plugins/{plugin}')!;
    const answer = await app.asAdmin('get', `/v1/plugins/${name}`);

    expect(answer.body.manifest).toMatchObject({ ui, modals, endpoints, hooks });
    expect(
      new AnswerCheck(api, []).findFaults(operation, {
        ...{ status: answer.status, text: answer.text },
        headers: answer.headers,
      }),
    ).toEqual([]);
  });

  it('tells users what to draw, without the buttons and modals that are not for them', async () => {
    await newProject(app, 'drawing');
    const viewer = await newMember(app, 'drawing', 'viewer');
    const admin = await newMember(app, 'drawing', 'admin');

    expect(await manifestFor(admin.token)).toMatchObject({ ui, modals, endpoints });
    expect(await manifestFor(viewer.token)).toMatchObject({
      ui: ui.filter((one) => one.name !== 'wipe'),
      modals: [modals[0]],
      endpoints: [endpoints[0]],
    });
  });
});
