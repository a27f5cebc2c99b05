import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { servePlugin, shippedPackage, testPackage } from '../support/plugins/served-plugin.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { endRunners } from '../support/sandboxed-plugin.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const name = 'acme.answers';
const everybody = ['viewer', 'developer', 'admin'];
const get = (handler: string, path: string, roles = everybody) => ({
  ...{ handler, method: 'GET', path, roles },
});
const manifest = {
  name,
  endpoints: [
    get('answer', '/answers/:which'),
    get('echo', '/echo/:first/then/:second'),
    get('literal', '/for/developers', ['developer']),
    get('literal', '/for/admins', ['admin']),
  ],
};

let app: FreshApplication;
let workspace: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
  workspace = await PromptWorkspace.create(app);
  await servePlugin(app, testPackage('answers', manifest));
});
afterAll(async () => {
  await app.close();
  await endRunners();
});

const url = (path: string, project: string | null = workspace.project) =>
  `/v1/plugins/${name}${path}${project === null ? '' : `?project=${project}`}`;

describe('who may ask', () => {
  it('is whoever holds one of the roles, or a role above, in the project of the call', async () => {
    const tokens = {
      viewer: await workspace.signInAs('viewer'),
      developer: await workspace.signInAs('developer'),
      admin: await workspace.signInAs('admin'),
    };
    const found: Record<string, number[]> = {};
    for (const [role, token] of Object.entries(tokens)) {
      found[role] = [];
      for (const path of ['/answers/null', '/for/developers', '/for/admins']) {
        found[role].push((await app.as(token, 'get', url(path))).status);
      }
    }
    expect(found).toEqual({
      viewer: [200, 403, 403],
      developer: [200, 200, 403],
      admin: [200, 200, 200],
    });
    const roles = (await app.as(tokens.developer, 'get', url('/echo/a/then/b'))).body.caller.roles;
    expect(roles).toEqual(['viewer', 'developer']);
  });

  it('is asked of the endpoint that was meant, whatever a value in the path holds', async () => {
    const only = 'acme.one';
    const endpoints = [get('echo', '/:first')];
    await servePlugin(app, testPackage('answers', { name: only, endpoints }));
    const at = `/v1/plugins/${only}/for%2Fadmins?project=${workspace.project}`;
    const { body } = await app.asAdmin('get', at).expect(200);
    expect(body.params).toEqual({ first: 'for/admins' });
    const viewer = await workspace.signInAs('viewer');
    await app.as(viewer, 'get', url('/for%2Fadmins')).expect(problem(403, 'forbidden'));
    await app.as(viewer, 'get', url('/answers%2Fnull')).expect(200);
  });

  it('is nobody from another project, and nobody without a project', async () => {
    const other = await PromptWorkspace.create(app);
    const token = await other.signInAs('admin');
    await app.as(token, 'get', url('/answers/null')).expect(problem(404, 'not-found'));
    await app.as(token, 'get', url('/answers/null', 'nowhere')).expect(problem(404, 'not-found'));
    await app.as(token, 'get', url('/answers/null', '../x')).expect(problem(404, 'not-found'));
    await app
      .as(token, 'get', url('/answers/null', null))
      .expect(problem(400, 'validation-failed'));
    await app.as(null, 'get', url('/answers/null')).expect(problem(401, 'unauthenticated'));
  });

  it('is a key in its own project, as what its verbs make it', async () => {
    const [reader, writer, blind, narrow] = await Promise.all([
      workspace.makeKey({ name: 'reader', verbs: ['read'] }),
      workspace.makeKey({ name: 'writer', verbs: ['read', 'publish'] }),
      workspace.makeKey({ name: 'blind', verbs: ['tag'] }),
      workspace.makeKey({ name: 'narrow', verbs: ['read'], prompts: ['only/*'] }),
    ]);
    const { body } = await app.as(reader, 'get', url('/echo/a/then/b', null)).expect(200);
    expect(body).toMatchObject({
      project: workspace.project,
      caller: { kind: 'key', roles: ['viewer'] },
    });
    await app.as(reader, 'get', url('/for/developers', null)).expect(problem(403, 'forbidden'));
    await app.as(writer, 'get', url('/for/developers', null)).expect(200);
    await app.as(writer, 'get', url('/for/admins', null)).expect(problem(403, 'forbidden'));
    await app.as(blind, 'get', url('/answers/null', null)).expect(problem(403, 'forbidden'));
    await app.as(narrow, 'get', url('/answers/null', null)).expect(problem(404, 'not-found'));
    const other = await PromptWorkspace.create(app);
    await app
      .as(reader, 'get', url('/answers/null', other.project))
      .expect(problem(404, 'not-found'));
  });

  it('finds no plugin by any other name', async () => {
    const names = [
      'nobody',
      'ACME.answers',
      'acme.answers%00',
      '__proto__',
      'constructor',
      '%2e%2e',
    ];
    for (const one of names) {
      await app
        .asAdmin('get', `/v1/plugins/${one}/answers/null?project=${workspace.project}`)
        .expect(404);
    }
  });
});

describe('the plugins that are shipped', () => {
  it('hello greets, offers its modal to who may open it, and is marked while unsigned', async () => {
    await servePlugin(app, await shippedPackage('hello'), {
      unsigned: true,
      host: (op) => (op === 'kv.get' ? Promise.resolve('newest/prompt') : undefined),
    });
    const greet = (token: string) =>
      app.as(token, 'get', `/v1/plugins/hello/greetings/Ada%20L?project=${workspace.project}`);
    const developer = await greet(await workspace.signInAs('developer')).expect(200);
    expect(developer.body).toEqual({
      greeting: 'Hello, Ada L!',
      project: workspace.project,
      newest: 'newest/prompt',
    });
    expect(developer.headers).toMatchObject({
      'x-promptd-plugin-unsigned': 'true',
      'x-promptd-launches-modal': 'greeting',
    });
    const viewer = await greet(await workspace.signInAs('viewer')).expect(200);
    expect(viewer.headers).not.toHaveProperty('x-promptd-launches-modal');
    const key = await greet(await workspace.makeKey({ verbs: ['read', 'publish'] })).expect(200);
    expect(key.headers).not.toHaveProperty('x-promptd-launches-modal');
  });
});
