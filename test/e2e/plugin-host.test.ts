import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PluginHost } from '../../src/plugins/index.js';
import { type OperationContext, Policy } from '../../src/platform/authorization/index.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import {
  contextFor,
  type HostedPlugin,
  hostModule,
  oneCallModule,
} from '../support/hosted-plugin.js';
import type { Json } from '../support/http-client.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';

// The first test of a run waits for the build.
jest.setTimeout(240_000);

const everything = ['prompts:read', 'prompts:propose', 'render', 'kv', 'http', 'llm'] as const;
const question = { model: 'm', messages: [{ role: 'user', content: 'x' }] };
const endpoints = [{ handler: 'call', method: 'POST', path: '/call', roles: ['viewer'] }];

let app: FreshApplication;
let space: PromptWorkspace;
let server: Server;
/** What reached the server of the test. */
const requests: { method: string; url: string; headers: object }[] = [];
let admin: OperationContext;
let all: HostedPlugin;
let none: HostedPlugin;
let other: HostedPlugin;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers });
    if (url === '/large') response.end('x'.repeat(300 * 1024));
    else if (url === '/away')
      response.writeHead(302, { location: 'https://elsewhere.invalid/' }).end();
    else response.writeHead(418, { 'x-answer': 'yes' }).end('tea');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = (server.address() as AddressInfo).port;
  app = await freshApplication({ PROMPTD_OUTBOUND_ALLOW: `127.0.0.1:${port}` });
  space = await PromptWorkspace.create(app);
  admin = await contextFor(app, app.admin.token);
  const http = { allow: ['127.0.0.1', '192.0.2.1', 'private.invalid'] };
  all = await hostModule(app, 'all', { capabilities: everything, http, endpoints }, oneCallModule);
  none = await hostModule(app, 'none', { endpoints }, oneCallModule);
  other = await hostModule(app, 'other', { capabilities: ['kv'], endpoints }, oneCallModule);
  await space.publish('greeting', '1.0.0', {
    content: {
      kind: 'text',
      text: 'Hello, {{who}}!',
      variables: [{ name: 'who', type: 'string' }],
    },
    labels: ['production'],
  });
});

afterAll(async () => {
  await Promise.all([all, none, other].map((plugin) => plugin.end()));
  await app.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** What one operation answered to a plugin that asked for it in an endpoint. */
async function call(
  operation: string,
  given: unknown,
  { plugin = all, ctx = admin, project = space.project } = {},
): Promise<{ answer?: Json; code?: string; message?: string }> {
  const args = operation === 'kv.set' ? (given as unknown[]) : [given];
  const outcome = await plugin.ask(ctx, project, 'call', [operation, ...args]);
  if (!outcome.ok) throw new Error(`${outcome.reason}: ${outcome.message}`);
  return outcome.value as object;
}

const port = () => (server.address() as AddressInfo).port;

describe('what a plugin may ask for', () => {
  it('reads a version by any selector', async () => {
    const { answer } = await call('prompts.get', { name: 'greeting', selector: 'production' });
    expect(answer).toEqual({
      ...{ project: space.project, name: 'greeting', version: '1.0.0', ordinal: 1 },
      digest: expect.stringMatching(/^sha256:/),
      content: expect.objectContaining({ text: 'Hello, {{who}}!' }),
      createdAt: expect.stringMatching(/Z$/),
    });
  });

  it('lists prompts and versions in pages', async () => {
    await space.publish('listed', '1.0.0');
    await space.publish('listed', '1.1.0', { labels: ['beta'] });
    const first = await call('prompts.versions', { name: 'listed', limit: 1 });
    expect(first.answer).toEqual({
      items: [
        {
          ...{ version: '1.1.0', ordinal: 2, digest: expect.any(String), labels: ['beta'] },
          ...{ createdAt: expect.stringMatching(/Z$/), yanked: null, purged: false },
        },
      ],
      nextCursor: expect.any(String),
    });
    const cursor = String(first.answer?.nextCursor);
    const second = await call('prompts.versions', { name: 'listed', cursor });
    expect(second.answer).toMatchObject({ items: [{ version: '1.0.0' }], nextCursor: null });
    const prompts = await call('prompts.list', {});
    expect(prompts.answer?.items).toContainEqual({
      ...{ name: 'listed', description: null, tags: [], archived: false },
      ...{ latest: '1.1.0', labels: { beta: '1.1.0' } },
    });
    expect(await call('prompts.list', { cursor })).toMatchObject({ code: 'invalid-cursor' });
  });

  it('renders', async () => {
    const request = { name: 'greeting', selector: 'latest', variables: { who: 'Ada' } };
    const { answer } = await call('render', request);
    expect(answer).toMatchObject({ version: '1.0.0', text: 'Hello, Ada!' });
    expect(await call('render', { ...request, variables: {} })).toMatchObject({
      code: 'render-variables-invalid',
    });
  });

  it('publishes in the name of its caller, and the version says which plugin it was', async () => {
    const content = { kind: 'text', text: 'Proposed.' };
    const proposal = { name: 'proposed', content, bump: 'auto', message: 'because' };
    const { answer } = await call('prompts.propose', proposal);
    expect(answer).toEqual({ version: '1.0.0', digest: expect.stringMatching(/^sha256:/) });
    const { body } = await space.prompt('get', 'proposed', '/versions/1.0.0').expect(200);
    expect(body).toMatchObject({
      ...{ content, changelog: 'because', provenance: { plugin: 'all@1.0.0' } },
      createdBy: { kind: 'user', name: 'admin' },
    });
    expect(await call('prompts.propose', { ...proposal, content: { kind: 'text' } })).toMatchObject(
      {
        code: 'validation-failed',
      },
    );
  });

  it('calls the hosts of its manifest, without anything of promptd', async () => {
    const url = `http://127.0.0.1:${port()}/tea`;
    const headers = { 'X-Mine': 'yes' };
    const { answer } = await call('http.fetch', { url, method: 'PUT', headers, body: 'leaves' });
    expect(answer).toMatchObject({ status: 418, body: 'tea', headers: { 'x-answer': 'yes' } });
    const { method, headers: sent } = requests.at(-1)!;
    expect(method).toBe('PUT');
    expect(Object.keys(sent).sort()).toEqual(['connection', 'content-length', 'host', 'x-mine']);
  });

  it('is told of a redirect and not led by it', async () => {
    const { answer } = await call('http.fetch', { url: `http://127.0.0.1:${port()}/away` });
    expect(answer).toMatchObject({
      status: 302,
      headers: { location: 'https://elsewhere.invalid/' },
    });
  });

  it.each([
    ['a host that its manifest does not name', 'https://elsewhere.example/', 'forbidden'],
    ['a host that only looks like one', 'https://127.0.0.1.example/', 'forbidden'],
    ['a user of a host', 'https://private.invalid@elsewhere.example/', 'forbidden'],
    ['what is no address', 'no address', 'forbidden'],
    ['plain http that the operator does not allow', 'http://192.0.2.1/', 'forbidden'],
    ['another port of the operator', 'http://127.0.0.1:1/', 'forbidden'],
    ['a name that leads nowhere', 'https://private.invalid/', 'host-call-failed'],
  ])('does not call %s', async (_case, url, code) => {
    expect((await call('http.fetch', { url })).code).toMatch(code);
  });

  it('does not take an answer without end, nor headers of the connection', async () => {
    const url = `http://127.0.0.1:${port()}/large`;
    expect(await call('http.fetch', { url })).toEqual({
      code: 'host-call-failed',
      message: 'There is no answer: answer-too-large.',
    });
    for (const name of ['Host', 'transfer-encoding', 'Proxy-Authorization']) {
      const answer = await call('http.fetch', { url, headers: { [name]: 'x' } });
      expect(answer.code).toBe('validation-failed');
    }
  });

  it('is told when there is no credential to call a model with', async () => {
    expect(await call('llm.complete', question)).toEqual({
      code: 'credential-missing',
      message: expect.stringContaining(`/v1/projects/${space.project}/credentials`),
    });
  });
});

const sound: readonly [string, unknown][] = [
  ['prompts.get', { name: 'greeting', selector: 'latest' }],
  ['prompts.list', {}],
  ['prompts.versions', { name: 'greeting' }],
  [
    'prompts.propose',
    { name: 'a', content: { kind: 'text', text: 'a' }, bump: 'auto', message: '' },
  ],
  ['render', { name: 'greeting', selector: 'latest', variables: { who: 'Ada' } }],
  ['kv.get', 'key'],
  ['kv.set', ['key', 1]],
  ['kv.delete', 'key'],
  ['http.fetch', { url: 'https://private.invalid/' }],
  ['llm.complete', question],
];

describe('what a plugin was not granted', () => {
  it.each(sound)('refuses %s', async (operation, given) => {
    expect(await call(operation, given, { plugin: none })).toEqual({
      code: 'forbidden',
      message: expect.stringMatching(/needs the capability .*not granted/),
    });
  });

  it('counts what was granted and not what the manifest asks for', async () => {
    const less = { ...all.active, granted: [] };
    const project = await app.application.nest
      .get(Policy)
      .requireProject(admin, space.project, 'prompt:read');
    const host = app.application.nest.get(PluginHost).of({ ctx: admin, plugin: less, project });
    await expect(host('kv.get', { key: 'key' })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('what the caller of a plugin may not', () => {
  it('is refused to the plugin too', async () => {
    const ctx = await contextFor(app, await space.signInAs('viewer'));
    const content = { kind: 'text', text: 'by a viewer' };
    const proposal = { name: 'of-viewers', content, bump: 'auto', message: '' };
    expect(await call('prompts.propose', proposal, { ctx })).toMatchObject({ code: 'forbidden' });
    const get = { name: 'greeting', selector: 'latest' };
    expect((await call('prompts.get', get, { ctx })).answer).toMatchObject({ version: '1.0.0' });
  });

  it('stays within the prompts of an API key', async () => {
    await space.publish('of-the-key', '1.0.0');
    const key = await space.makeKey({ verbs: ['read'], prompts: ['of-the-key'] });
    const ctx = await contextFor(app, key);
    const get = { name: 'greeting', selector: 'latest' };
    expect(await call('prompts.get', get, { ctx })).toMatchObject({ code: 'not-found' });
    expect(await call('prompts.versions', get, { ctx })).not.toHaveProperty('answer');
    const { answer } = await call('prompts.list', {}, { ctx });
    expect(answer?.items).toEqual([expect.objectContaining({ name: 'of-the-key' })]);
  });

  it('stays in the project of the call', async () => {
    const elsewhere = await PromptWorkspace.create(app);
    const get = { name: 'greeting', selector: 'latest' };
    expect(await call('prompts.get', get, { project: elsewhere.project })).toMatchObject({
      code: 'not-found',
    });
    const named = { ...get, project: space.project };
    expect(await call('prompts.get', named, { project: elsewhere.project })).toMatchObject({
      code: 'validation-failed',
    });
  });
});

describe('hostile arguments', () => {
  const host = async (within?: 'veto' | 'observer') => {
    const { nest } = app.application;
    const project = await nest.get(Policy).requireProject(admin, space.project, 'prompt:read');
    const plugin = all.active;
    return nest.get(PluginHost).of({ ctx: admin, plugin, project, ...(within && { within }) });
  };

  it.each(['__proto__', 'constructor', 'toString', 'prompts', 'prompts.get ', '', 'longest'])(
    'there is no operation %p',
    async (name) => {
      const operation = name === 'longest' ? 'x'.repeat(9_999) : name;
      const failure = (await host())(operation, {});
      await expect(failure).rejects.toMatchObject({ code: 'validation-failed' });
      await expect(failure).rejects.toMatchObject({
        message: expect.stringMatching(/^.{10,200}$/),
      });
    },
  );

  it.each(sound.map(([operation]) => operation))(
    '%s takes nothing of another shape',
    async (operation) => {
      const ask = await host();
      const wrong = [
        ...[undefined, null, 1, 'text', [], [[]], { name: 1 }, { key: 1 }, { unknown: true }],
        ...[
          { name: '', selector: '' },
          { name: 'x'.repeat(999), selector: 'x' },
        ],
        ...[{ key: '' }, { key: 'a b' }, { key: 'x'.repeat(129) }, { key: 'ключ' }, { url: 1 }],
        JSON.parse('{"__proto__": {"name": "greeting", "selector": "latest", "key": "key"}}'),
        { limit: 0 },
        { limit: 101 },
        { cursor: '' },
      ] as const;
      for (const argument of wrong) {
        await expect(ask(operation, argument)).rejects.toMatchObject({ code: 'validation-failed' });
      }
    },
  );

  it('names and selectors that mean nothing are answered as to anybody', async () => {
    const codes = [];
    for (const name of ['../greeting', 'Greeting', 'a\0b', "' OR 1=1 --"]) {
      codes.push((await call('prompts.get', { name, selector: 'latest' })).code);
    }
    expect(new Set(codes)).toEqual(new Set(['not-found']));
    expect(await call('prompts.get', { name: 'greeting', selector: '!!' })).toMatchObject({
      code: 'invalid-selector',
    });
  });

  it('hooks may not do what calls hooks, and observers act for nobody', async () => {
    const content = { kind: 'text', text: 'a' };
    const proposal = { name: 'by-hook', content, bump: 'auto', message: '' };
    const render = { name: 'greeting', selector: 'latest', variables: { who: 'Ada' } };
    for (const within of ['veto', 'observer'] as const) {
      const refused = (await host(within))('prompts.propose', proposal);
      await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect((await host('veto'))('render', render)).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await (await host('observer'))('render', render)).toMatchObject({ text: 'Hello, Ada!' });
    const asked = (await host('observer'))('llm.complete', question);
    await expect(asked).rejects.toMatchObject({ code: 'credential-missing' });
  });

  it('a session is updated within a call of a modal only', async () => {
    const update = { state: 1, controls: [] };
    expect(await call('session.update', update, { plugin: none })).toMatchObject({
      code: 'forbidden',
    });
    const project = await app.application.nest
      .get(Policy)
      .requireProject(admin, space.project, 'prompt:read');
    const updates: unknown[] = [];
    const updateSession = (one: unknown) => Promise.resolve(void updates.push(one));
    const ofModal = { ctx: admin, plugin: none.active, project, updateSession };
    await app.application.nest.get(PluginHost).of(ofModal)('session.update', update);
    expect(updates).toEqual([update]);
  });
});
