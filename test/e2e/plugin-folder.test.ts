import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginsFolder } from '../../src/plugins/catalog/folder/plugins-folder.js';
import { PluginWorkspace, saying } from '../support/plugins/plugin-workspace.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const shipped = join(import.meta.dirname, '..', '..', 'plugins');

describe('a folder that is watched', () => {
  let app: FreshApplication;
  let plugins: PluginWorkspace;
  beforeAll(async () => {
    app = await freshApplication({}, runnerProgram());
    plugins = await PluginWorkspace.of(app);
  });
  afterAll(() => app.close());

  it('tells of a plugin that is put there, changed and taken away', async () => {
    const name = 'acme.watched';
    const treeDigest = await plugins.put({ name });
    await plugins.becomes(name, { state: 'pending-approval', treeDigest });
    await plugins.approve(name, treeDigest).expect(200);

    const second = await plugins.replace({ name, releaseSeq: 2 });
    await plugins.becomes(name, { state: 'active', treeDigest });
    await plugins.approve(name, second).expect(200);
    await plugins.becomes(name, { state: 'active', treeDigest: second });

    await plugins.remove(name);
    await plugins.becomes(name, { code: 'not-found' });
    expect(plugins.active(name)).toBeUndefined();
  });

  it('has what was approved before serve as soon as it is back', async () => {
    const name = 'acme.back';
    const treeDigest = await plugins.serve({ name });
    await plugins.remove(name);
    await plugins.becomes(name, { code: 'not-found' });
    expect(await plugins.put({ name })).toBe(treeDigest);
    await plugins.becomes(name, { state: 'active', treeDigest });
  });
});

describe('a folder that is not there', () => {
  it('keeps nothing else from being served, is told, and is read once it is there', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'promptd-plugins-'));
    const [there, gone] = [join(parent, 'there'), join(parent, 'gone')];
    const app = await freshApplication({ PROMPTD_PLUGINS_DIR: there }, runnerProgram());
    try {
      const plugins = await PluginWorkspace.of(app);
      const treeDigest = await plugins.serve({ name: 'acme.here' });
      await rename(there, gone);

      const { body } = await plugins.rescan().expect(problem(409, 'plugins-unreadable'));

      expect(body.detail).not.toContain(parent);
      expect(plugins.active('acme.here')).toMatchObject({ treeDigest });
      await app.asAdmin('get', '/ready').expect(200);
      await plugins.approve('acme.here', treeDigest).expect(problem(409, 'plugins-unreadable'));
      await plugins.act('acme.here', 'load').expect(200);
      expect(plugins.active('acme.here')).toMatchObject({ treeDigest });
      await rename(gone, there);
      await plugins.rescan().expect(200);
      expect(await plugins.look('acme.here')).toMatchObject({ state: 'active' });
    } finally {
      await app.close();
      await rm(parent, { recursive: true, force: true });
    }
  });

  it('is said at the start', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'promptd-plugins-'));
    await writeFile(join(parent, 'file'), '');
    const app = await freshApplication({ PROMPTD_PLUGINS_DIR: parent });
    await rm(parent, { recursive: true });
    try {
      await app.asAdmin('post', '/v1/plugins/-/rescan').expect(problem(409, 'plugins-unreadable'));
      expect((await app.asAdmin('get', '/v1/plugins').expect(200)).body).toEqual({ items: [] });
    } finally {
      await app.close();
    }
  });
});

describe('the plugins that come with promptd', () => {
  it('are read when somebody looks, and turned off until somebody turns one on', async () => {
    const reading = jest.spyOn(PluginsFolder.prototype, 'read');
    const app = await freshApplication({ PROMPTD_PLUGINS_DIR: shipped }, runnerProgram());
    try {
      expect(reading).not.toHaveBeenCalled();
      const { body } = await app.asAdmin('get', '/v1/plugins').expect(200);
      const names = ['efficiency-analyzer', 'hello', 'policy-guard'];
      expect(body.items).toMatchObject(
        names.map((name) => ({ name, state: 'disabled', basis: 'shipped', keyId: null })),
      );

      for (const name of names) {
        const enabled = await app.asAdmin('post', `/v1/plugins/${name}/-/enable`).expect(200);
        expect(enabled.body).toMatchObject({ name, state: 'active', lastError: null });
      }
    } finally {
      reading.mockRestore();
      await app.close();
    }
  });
});

describe('a plugin that nobody signed', () => {
  it('runs where that is allowed, and says so', async () => {
    const app = await freshApplication(
      { PROMPTD_PLUGINS_ALLOW_UNSIGNED: 'true', PROMPTD_PLUGINS_WATCH: 'off' },
      runnerProgram(),
    );
    try {
      const plugins = await PluginWorkspace.of(app);
      const name = 'acme.draft';
      await plugins.put({ name });
      await rm(join(app.plugins, `${name}.sig`));
      await plugins.rescan().expect(200);
      expect(await plugins.look(name)).toMatchObject({ state: 'active', basis: 'unsigned' });
      expect(await plugins.health(name)).toMatchObject({ unsigned: true });
      expect(plugins.active(name)).toMatchObject({ unsigned: true });

      await writeFile(join(app.plugins, name, 'index.js'), saying('return 2;'));
      await plugins.act(name, 'load').expect(200);
      expect(await plugins.say(name)).toMatchObject({ value: 2 });
    } finally {
      await app.close();
    }
  });
});
