import type { OperationContext } from '../../src/platform/authorization/index.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import {
  contextFor,
  type HostedPlugin,
  hostModule,
  oneCallModule,
} from '../support/hosted-plugin.js';
import type { Json } from '../support/http-client.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';

const endpoints = [{ handler: 'call', method: 'POST', path: '/call', roles: ['viewer'] }];

let app: FreshApplication;
let space: PromptWorkspace;
let admin: OperationContext;
let one: HostedPlugin;
let other: HostedPlugin;

beforeAll(async () => {
  app = await freshApplication();
  space = await PromptWorkspace.create(app);
  admin = await contextFor(app, app.admin.token);
  one = await hostModule(app, 'one', { capabilities: ['kv'], endpoints }, oneCallModule);
  other = await hostModule(app, 'other', { capabilities: ['kv'], endpoints }, oneCallModule);
});

afterAll(async () => {
  await Promise.all([one, other].map((plugin) => plugin.end()));
  await app.close();
});

/** What one operation answered to a plugin that asked for it in an endpoint. */
async function call(
  operation: string,
  given: unknown,
  { plugin = one, project = space.project } = {},
): Promise<{ answer?: Json; code?: string; message?: string }> {
  const args = operation === 'kv.set' ? (given as unknown[]) : [given];
  const outcome = await plugin.ask(admin, project, 'call', [operation, ...args]);
  if (!outcome.ok) throw new Error(`${outcome.reason}: ${outcome.message}`);
  return outcome.value as object;
}

describe('what a plugin keeps', () => {
  it('is there again, until it is deleted', async () => {
    const value = { a: [1, null, 'ключ\0\ud800'], __proto__: 1 };
    expect(await call('kv.get', 'absent')).toEqual({ answer: null });
    await call('kv.set', ['kept', value]);
    await call('kv.set', ['kept', { ...value, b: true }]);
    expect((await call('kv.get', 'kept')).answer).toMatchObject({ a: value.a, b: true });
    await call('kv.delete', 'kept');
    await call('kv.delete', 'kept');
    expect(await call('kv.get', 'kept')).toEqual({ answer: null });
  });

  it('is nothing to another plugin, nor in another project', async () => {
    const elsewhere = await PromptWorkspace.create(app);
    await call('kv.set', ['secret', 'mine']);
    expect(await call('kv.get', 'secret', { plugin: other })).toEqual({ answer: null });
    await call('kv.set', ['secret', 'theirs'], { plugin: other });
    await call('kv.delete', 'secret', { plugin: other });
    expect(await call('kv.get', 'secret', { project: elsewhere.project })).toEqual({
      answer: null,
    });
    expect(await call('kv.get', 'secret')).toEqual({ answer: 'mine' });
  });

  it('has a quota in keys and in bytes, which also those keep to who write at once', async () => {
    const { project } = await PromptWorkspace.create(app);
    const large = 'x'.repeat(60 * 1024);
    const keys = Array.from({ length: 20 }, (_, index) => `large-${index}`);
    const written = await Promise.all(keys.map((key) => call('kv.set', [key, large], { project })));
    const refused = written.filter(({ code }) => code !== undefined);
    expect(refused.map(({ code }) => code)).toEqual([
      'plugin-state-full',
      'plugin-state-full',
      'plugin-state-full',
    ]);
    expect(await call('kv.set', ['larger', 'x'.repeat(64 * 1024)], { project })).toMatchObject({
      code: 'plugin-state-full',
    });
    const kept = keys.find((_key, index) => written[index]?.code === undefined)!;
    expect(await call('kv.set', [kept, large], { project })).toEqual({ answer: null });
    await call('kv.delete', kept, { project });
    expect(await call('kv.set', ['instead', large], { project })).toEqual({ answer: null });
  });

  it('stays as it is in an archived project', async () => {
    const archived = await PromptWorkspace.create(app);
    const { project } = archived;
    await call('kv.set', ['before', 1], { project });
    await archived.request('delete', '').expect(204);
    expect(await call('kv.get', 'before', { project })).toEqual({ answer: 1 });
    const refusal = await call('kv.set', ['after', 1], { project });
    expect(refusal.code).toBe('project-archived');
  });
});
