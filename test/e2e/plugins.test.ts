import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PluginKey } from '../support/plugins/plugin-key.js';
import { writeSidecar, writeTree } from '../support/plugins/plugin-tree.js';
import { filesOf, packed, PluginWorkspace, saying } from '../support/plugins/plugin-workspace.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { eventsOf, newMember, newPerson, newProject } from '../support/people.js';
import { until } from '../support/until.js';
import { emptyHost, runnerProgram } from '../support/sandboxed-plugin.js';

jest.setTimeout(180_000);

const INSTANCE = '00000000-0000-0000-0000-000000000000';

let app: FreshApplication;
let plugins: PluginWorkspace;
let next = 0;
let name: string;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_PLUGINS_WATCH: 'off' }, runnerProgram());
  plugins = await PluginWorkspace.of(app);
});
afterAll(() => app.close());
beforeEach(() => {
  next += 1;
  name = `acme.plugin-${next}`;
});
afterEach(async () => {
  for (const one of [name, `${name}.waiting`]) await plugins.remove(one);
  await plugins.rescan().expect(200);
});

const eventsAbout = async (plugin: string) =>
  (await eventsOf(app, INSTANCE))
    .filter(({ subject }) => subject.type === 'plugin' && subject.id === plugin)
    .map(({ type }) => type);

describe('a plugin that somebody put into the folder', () => {
  it('waits for an approval, and serves when it has one', async () => {
    const treeDigest = await plugins.put({ name, manifest: { capabilities: ['kv'] } });
    await plugins.rescan().expect(200);
    expect(await plugins.look(name)).toMatchObject({
      state: 'pending-approval',
      treeDigest,
      keyId: plugins.key.keyId,
      granted: [],
      manifest: { name, capabilities: ['kv'] },
    });
    expect(plugins.active(name)).toBeUndefined();

    const { body } = await plugins.approve(name, treeDigest).expect(200);

    expect(body).toMatchObject({
      ...{ name, state: 'active', version: '1.0.0', treeDigest, basis: 'signature' },
      ...{ granted: ['kv'], next: null, lastError: null },
    });
    expect(plugins.active(name)).toMatchObject({ treeDigest, granted: ['kv'], unsigned: false });
    expect(await plugins.say(name)).toMatchObject({ ok: true, value: { status: 200, body: 1 } });
    expect(await eventsAbout(name)).toEqual(['plugin.approved']);
  });

  it('is found by an approval without anybody looking for it', async () => {
    await plugins.serve({ name });
  });

  it('is not approved by the digest of other bytes', async () => {
    const treeDigest = await plugins.put({ name });
    await plugins.put({ name, code: saying('return { status: 200, body: 2 };') });
    const { body } = await plugins
      .approve(name, treeDigest)
      .expect(problem(409, 'plugin-rejected'));
    expect(body.reason).toBe('modified');
    expect(plugins.active(name)).toBeUndefined();
  });

  it.each([
    ['unsigned', async (directory: string) => rm(`${directory}.sig`)],
    ['modified', async (directory: string) => writeFile(join(directory, 'index.js'), 'export {};')],
    ['modified', async (directory: string) => writeFile(join(directory, 'more.js'), 'export {};')],
    ['invalid', async (directory: string) => writeFile(`${directory}.sig`, '{}')],
    ['invalid', async (directory: string) => writeFile(join(directory, 'plugin.json'), '{')],
  ])('is rejected as %s, with the reason and what to do', async (reason, harm) => {
    const treeDigest = await plugins.put({ name });
    await harm(join(app.plugins, name));
    await plugins.rescan().expect(200);
    expect(await plugins.look(name)).toMatchObject({
      ...{ state: 'rejected', reason, detail: expect.stringMatching(/\w+ \w+/) },
    });
    const { body } = await plugins.approve(name, treeDigest).expect(409);
    expect(body.code).toBe('plugin-rejected');
    expect((await plugins.act(name, 'load').expect(409)).body.code).toBe('plugin-not-loaded');
  });

  it('is rejected when nobody knows who signed it, or when that is long ago', async () => {
    const stranger = PluginKey.generate();
    const directory = join(app.plugins, name);
    await plugins.put({ name });
    await writeSidecar(directory, stranger.signed(packed({ name })));
    await plugins.rescan().expect(200);
    expect(await plugins.look(name)).toMatchObject({ reason: 'untrusted-key' });

    await plugins.put({ name }, { expiresAt: '2020-01-01T00:00:00.000Z' });
    await plugins.act(name, 'load').expect(problem(409, 'plugin-not-loaded'));
    expect(await plugins.look(name)).toMatchObject({ state: 'rejected', reason: 'expired' });
  });
});

describe('a release that takes the place of another', () => {
  it('serves once it is approved, and the calls that run come to their end', async () => {
    await plugins.serve({
      name,
      code: saying('await registry.log("info", "x"); return await registry.prompts.list({});'),
      manifest: { capabilities: ['prompts:read'], limits: { wallMs: 30_000 } },
    });
    const old = plugins.active(name)!;
    let answer: (value: unknown) => void = () => undefined;
    let ended: Promise<unknown> = Promise.resolve();
    await new Promise<void>((asked) => {
      ended = old.call({ kind: 'endpoint', handler: 'say' }, {}, () => {
        asked();
        return new Promise((settle) => (answer = settle));
      });
    });

    await plugins.serve({ name, releaseSeq: 2 });
    answer({ status: 200, body: 'the old one' });

    expect(await plugins.say(name)).toMatchObject({ value: { body: 2 } });
    expect(await ended).toMatchObject({ ok: true, value: { body: 'the old one' } });
    expect(await old.call({ kind: 'ping' }, null, emptyHost)).toMatchObject({ reason: 'stopped' });
  });

  it('waits when it asks for more, and the old one serves on', async () => {
    const first = await plugins.serve({ name });
    const second = await plugins.put({
      ...{
        name,
        releaseSeq: 2,
        manifest: { capabilities: ['http', 'kv'], http: { allow: ['a.example'] } },
      },
    });

    const { body } = await plugins.act(name, 'reload').expect(problem(409, 'plugin-not-loaded'));

    expect(body).toMatchObject({ state: 'pending-approval' });
    expect(await plugins.look(name)).toMatchObject({
      ...{ state: 'active', treeDigest: first },
      next: { state: 'pending-approval', treeDigest: second, asked: ['http', 'kv'] },
    });
    expect(await plugins.say(name)).toMatchObject({ value: { body: 1 } });

    await plugins.approve(name, second, { granted: ['kv'] }).expect(200);
    expect(plugins.active(name)).toMatchObject({ treeDigest: second, granted: ['kv'] });
  });

  it('is refused when it is an older one, and the newer one serves on', async () => {
    await plugins.serve({ name, releaseSeq: 1 });
    const second = await plugins.serve({ name, releaseSeq: 2 });
    await plugins.put({ name, releaseSeq: 1 });
    await plugins.rescan().expect(200);
    expect(await plugins.look(name)).toMatchObject({
      ...{ state: 'active', treeDigest: second },
      next: { state: 'rejected', reason: 'downgrade', version: '1.0.0' },
      lastError: { message: expect.stringContaining('releaseSeq') },
    });
    expect(await plugins.say(name)).toMatchObject({ value: { body: 2 } });
  });

  it('is refused when one byte of it changed, and the old one serves on', async () => {
    const treeDigest = await plugins.serve({ name });
    await writeFile(join(app.plugins, name, 'lib', 'words.js'), "export const hello = 'hello';\n");
    expect((await plugins.act(name, 'reload').expect(409)).body.code).toBe('plugin-not-loaded');
    expect(await plugins.look(name)).toMatchObject({
      ...{ state: 'active', treeDigest, next: { state: 'rejected', reason: 'modified' } },
      lastError: { message: expect.stringContaining('lib/words.js') },
    });
    expect(await plugins.say(name)).toMatchObject({ value: { body: 1 } });
  });

  it('is refused while its files are written, and the old one serves on', async () => {
    await plugins.serve({ name });
    const files = Object.entries(filesOf({ name, releaseSeq: 2 }));
    const directory = await writeTree(app.plugins, name, Object.fromEntries(files.slice(0, 2)));
    await plugins.rescan().expect(200);
    expect(await plugins.look(name)).toMatchObject({
      state: 'active',
      next: { state: 'rejected' },
    });
    await writeTree(app.plugins, name, Object.fromEntries(files));
    await plugins.rescan().expect(200);
    expect(await plugins.say(name)).toMatchObject({ value: { body: 1 } });

    const found = packed({ name, releaseSeq: 2 });
    await writeSidecar(directory, plugins.key.signed(found));
    await plugins.approve(name, found.treeDigest).expect(200);
    expect(await plugins.say(name)).toMatchObject({ value: { body: 2 } });
  });

  it.each([
    ['throws while it loads', saying('', 'throw new Error("no");'), 'no'],
    ['lacks what it declares', 'export default {};\n', 'endpoints.say'],
    [
      'fails to begin',
      `export default { init() { throw new Error('no settings'); }, endpoints: { say() {} } };`,
      'no settings',
    ],
    [
      'finds itself unwell',
      `export default { check() { throw new Error('unwell'); }, endpoints: { say() {} } };`,
      'unwell',
    ],
  ])('does not take it when it %s', async (_, code, said) => {
    await plugins.serve({ name });
    const treeDigest = await plugins.put({ name, releaseSeq: 2, code });
    await plugins.approve(name, treeDigest).expect(200);
    expect(await plugins.look(name)).toMatchObject({
      ...{ state: 'active', version: '1.0.0', next: { state: 'degraded', version: '2.0.0' } },
      lastError: { message: expect.stringContaining(said) },
    });
    expect(await plugins.say(name)).toMatchObject({ value: { body: 1 } });
  });
});

describe('what runs', () => {
  it('is what was verified, whatever the disk holds by the time a runner begins anew', async () => {
    await plugins.serve({ name });
    await writeFile(
      join(app.plugins, name, 'index.js'),
      saying('return { status: 200, body: 6 };'),
    );
    const { pid } = (plugins.active(name) as unknown as { stats(): { pid: number } }).stats();
    process.kill(pid, 'SIGKILL');
    const said = await until(
      () => plugins.say(name),
      (outcome) => outcome?.ok === true,
    );
    expect(said).toMatchObject({ value: { body: 1 } });
    expect(await plugins.look(name)).toMatchObject({ state: 'active' });
  });

  it('stops at once when its key is revoked', async () => {
    const own = await PluginWorkspace.of(app);
    await own.serve({ name });
    await app.asAdmin('delete', `/v1/plugin-signers/${own.key.keyId}`).expect(204);
    await own.becomes(name, { state: 'rejected', reason: 'revoked' });
    expect(own.active(name)).toBeUndefined();
  });

  it('stops when it is turned off, and serves again when it is turned on', async () => {
    await plugins.serve({ name });
    const { body } = await plugins.act(name, 'disable').expect(200);
    expect(body).toMatchObject({ state: 'disabled' });
    expect(plugins.active(name)).toBeUndefined();
    await plugins.act(name, 'load').expect(problem(409, 'plugin-not-loaded'));
    await plugins.act(name, 'disable').expect(200);
    await plugins.act(name, 'enable').expect(200);
    expect(await plugins.say(name)).toMatchObject({ value: { body: 1 } });
    expect(await eventsAbout(name)).toEqual([
      'plugin.approved',
      'plugin.disabled',
      'plugin.enabled',
    ]);
  });

  it('stays turned off when another release is approved', async () => {
    await plugins.serve({ name });
    await plugins.act(name, 'disable').expect(200);
    const treeDigest = await plugins.put({ name, releaseSeq: 2 });
    await plugins.approve(name, treeDigest).expect(200);
    expect(await plugins.look(name)).toMatchObject({ state: 'disabled', treeDigest });
  });

  it('is forgotten: it stops, loses its approval, and begins no more by itself', async () => {
    const treeDigest = await plugins.serve({ name });
    await app.asAdmin('delete', `/v1/plugins/${name}`).expect(204);
    expect(plugins.active(name)).toBeUndefined();
    await plugins.rescan().expect(200);
    expect(await plugins.look(name)).toMatchObject({ state: 'pending-approval' });
    await plugins.approve(name, treeDigest).expect(200);
    expect(await plugins.look(name)).toMatchObject({ state: 'disabled' });
    await plugins.act(name, 'enable').expect(200);
    expect(await plugins.look(name)).toMatchObject({ state: 'active' });
  });

  it('stops when its folder is gone, and what was decided about it can still be forgotten', async () => {
    await plugins.serve({ name });
    await plugins.remove(name);
    await plugins.rescan().expect(200);
    expect(plugins.active(name)).toBeUndefined();
    await app.asAdmin('get', `/v1/plugins/${name}`).expect(problem(404, 'not-found'));
    await app.asAdmin('delete', `/v1/plugins/${name}`).expect(204);
    await app.asAdmin('delete', `/v1/plugins/${name}`).expect(problem(404, 'not-found'));
  });

  it('gets another process by a reload, and none by a load', async () => {
    await plugins.serve({ name });
    const before = plugins.active(name);
    await plugins.act(name, 'load').expect(200);
    expect(plugins.active(name)).toBe(before);
    await plugins.act(name, 'reload').expect(200);
    expect(plugins.active(name)).not.toBe(before);
    expect(await plugins.say(name)).toMatchObject({ value: { body: 1 } });
    expect(await eventsAbout(name)).toEqual(['plugin.approved', 'plugin.reloaded']);
  });

  it('loses a capability as soon as that is taken away', async () => {
    const treeDigest = await plugins.put({ name, manifest: { capabilities: ['kv', 'render'] } });
    await plugins.approve(name, treeDigest).expect(200);
    const running = plugins.active(name)!;
    await plugins.approve(name, treeDigest, { granted: ['kv'] }).expect(200);
    expect(running.granted).toEqual(['kv']);
    expect(plugins.active(name)).toBe(running);
  });
});

describe('what is told of a plugin', () => {
  it('is its health, to developers and instance admins', async () => {
    await plugins.serve({ name });
    await plugins.say(name);
    await plugins
      .active(name)!
      .call({ kind: 'endpoint', handler: 'none' }, {}, () => Promise.resolve());
    await newProject(app, name.replace('.', '-'));
    const project = name.replace('.', '-');
    const developer = await newMember(app, project, 'developer');
    const viewer = await newMember(app, project, 'viewer');
    const path = `/v1/plugins/${name}/-/health?project=${project}`;

    const { body } = await app.as(developer.token, 'get', path).expect(200);

    expect(body).toMatchObject({
      ...{ name, state: 'active', unsigned: false, calls: 2, failures: 1, kills: 0 },
      ...{ errorPercent: 50, refusedForMs: 0, callsInFlight: 0, callsWaiting: 0 },
    });
    expect(body.rssBytes).toBeGreaterThan(10e6);
    expect(body.p95Ms).toBeGreaterThanOrEqual(0);
    await app.as(viewer.token, 'get', path).expect(problem(403, 'forbidden'));
    await app.as(developer.token, 'get', path.split('?')[0]!).expect(problem(403, 'forbidden'));
  });

  it('is whether it is well, when somebody asks it', async () => {
    const code = `let asked = 0;
export default {
  check() { asked += 1; if (asked > 1) throw new Error('not today'); },
  endpoints: { say() {} },
};`;
    await plugins.serve({ name, code });
    const body = await until(
      async () => (await plugins.act(name, 'check').expect(200)).body as { ok: boolean },
      ({ ok }) => !ok,
    );
    expect(body).toEqual({ ok: false, reason: 'thrown', message: 'Error: not today' });
    await plugins.act(name, 'disable').expect(200);
    await plugins.act(name, 'check').expect(problem(409, 'plugin-not-serving'));
  });

  it('is what serves, to users, with what they have a role for', async () => {
    const endpoints = [
      { handler: 'say', method: 'GET', path: '/say', roles: ['viewer'] },
      { handler: 'say', method: 'POST', path: '/say', roles: ['admin'] },
    ];
    await plugins.serve({ name, manifest: { endpoints } });
    await plugins.put({ name: `${name}.waiting` });
    await plugins.rescan().expect(200);
    const project = `seen-${next}`;
    await newProject(app, project);
    const viewer = await newMember(app, project, 'viewer');
    const nobody = await newPerson(app, `nobody-${next}`);

    const { body } = await app.as(viewer.token, 'get', '/v1/plugins').expect(200);
    const items = body.items as { name: string }[];
    expect(items.find((one) => one.name === name)).toMatchObject({
      ...{ state: 'active', next: null, lastError: null, counters: null },
      manifest: { endpoints: [endpoints[0]] },
    });
    expect(items.map((one) => one.name)).not.toContain(`${name}.waiting`);
    await app.as(viewer.token, 'get', `/v1/plugins/${name}.waiting`).expect(404);
    const seen = await app.as(nobody.token, 'get', `/v1/plugins/${name}`).expect(200);
    expect(seen.body.manifest.endpoints).toEqual([]);
  });

  it('is measured', async () => {
    await plugins.serve({ name });
    await plugins.say(name);
    const { text } = await app.asAdmin('get', '/metrics').expect(200);
    expect(text).toContain(`promptd_plugin_state{plugin="${name}",state="active"} 1`);
    expect(text).toContain(`promptd_plugin_calls_total{plugin="${name}",outcome="ok"} 1`);
    expect(text).toContain(`promptd_plugin_call_duration_seconds_count{plugin="${name}"} 1`);
    expect(text).toMatch(new RegExp(`promptd_plugin_rss_bytes{plugin="${name}"} [1-9]`));
  });
});

it('nothing is done with a plugin that is not there', async () => {
  const odd = ['nothing', '__proto__', 'constructor', '..%2f..%2fetc', 'x'.repeat(500)];
  for (const what of ['load', 'reload', 'enable', 'disable', 'check']) {
    for (const one of odd) await plugins.act(one, what).expect(problem(404, 'not-found'));
  }
});
