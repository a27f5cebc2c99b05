import { PluginHost } from '../../src/plugins/index.js';
import { Policy, systemContext } from '../../src/platform/authorization/index.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { contextFor } from '../support/hosted-plugin.js';
import { ModalOwner } from '../support/plugins/modal-owner.js';
import { servePlugin, shippedPackage } from '../support/plugins/served-plugin.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { endRunners } from '../support/sandboxed-plugin.js';
import { observed } from '../plugins/plugin-inputs.js';

// The first test of a run waits for the build.
jest.setTimeout(240_000);

let app: FreshApplication;
let space: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
beforeEach(async () => {
  space = await PromptWorkspace.create(app);
});
afterAll(async () => {
  await app.close();
  await endRunners();
});

const archive = () => app.asAdmin('delete', `/v1/projects/${space.project}`).expect(204);

describe('efficiency-analyzer', () => {
  const plugin = 'efficiency-analyzer';
  const analyze = (name: string, token: string) =>
    app.as(token, 'post', `/v1/plugins/${plugin}/analyses?project=${space.project}`).send({ name });
  const missing = /has no prompt nope that you may see/;

  beforeAll(async () => {
    await servePlugin(app, await shippedPackage(plugin));
  });

  it('measures the versions that its caller may read, also of an archived project', async () => {
    const versions = ['1.0.0', '1.0.1', '1.1.0'];
    for (const version of versions) await space.publish('measured', version);
    await archive();
    const { body } = await analyze('measured', app.admin.token).expect(200);
    expect(body).toMatchObject({ prompt: 'measured', leftOut: 0 });
    expect((body.versions as { version: string }[]).map(({ version }) => version)).toEqual(
      versions,
    );
  });

  it('answers that a prompt is not there as what it is', async () => {
    const viewer = await space.signInAs('viewer');
    const { body } = await analyze('nope', viewer).expect(404);
    expect(body).toEqual({ error: expect.stringMatching(missing) });
    await analyze('../nope', viewer).expect(404);
  });

  it('says so in its modal, which goes on', async () => {
    await space.publish('there', '1.0.0');
    const owner = await ModalOwner.in(space, 'viewer', plugin);
    const { id } = await owner.opened('report');
    const analyzed = async (version: number, prompt: string) => {
      const { body } = await owner.act(id, 'analyze', version, { prompt }).expect(200);
      return (body as { controls: object[] }).controls.at(-1);
    };
    expect(await analyzed(1, 'nope')).toEqual({
      ...{ type: 'markdown', name: 'refusal' },
      text: expect.stringMatching(missing),
    });
    expect(await analyzed(2, 'there')).toMatchObject({ type: 'chart' });
  });
});

describe('policy-guard', () => {
  const put = (settings: object) =>
    app.asAdmin('put', `/v1/plugins/policy-guard/settings?project=${space.project}`).send(settings);

  beforeAll(async () => {
    await servePlugin(app, await shippedPackage('policy-guard'));
  });

  it('keeps no settings of an archived project, and still tells them', async () => {
    await put({ forbiddenWords: ['foo'] }).expect(200);
    await archive();
    const { body } = await put({}).expect(409);
    expect(body).toEqual({ error: expect.stringContaining('Restore the project first') });
    const shown = await app
      .asAdmin('get', `/v1/plugins/policy-guard/settings?project=${space.project}`)
      .expect(200);
    expect(shown.body).toMatchObject({ forbiddenWords: ['foo'] });
  });

  it('keeps no settings that are larger than a plugin may keep', async () => {
    const forbiddenWords = Array.from({ length: 200 }, () => '😀'.repeat(100));
    const { body } = await put({ forbiddenWords }).expect(409);
    expect(body).toEqual({ error: expect.stringContaining('65536 bytes') });
  });
});

it('hello hears of a prompt when its project is archived already', async () => {
  const { active: plugin } = await servePlugin(app, await shippedPackage('hello'));
  const admin = await contextFor(app, app.admin.token);
  await archive();
  const { nest } = app.application;
  const project = await nest.get(Policy).requireProject(admin, space.project, 'prompt:read');
  const ctx = systemContext('plugin:hello');
  const outcome = await plugin.call(
    { kind: 'hook', event: 'prompt.created' },
    observed('prompt.created', 'new'),
    nest.get(PluginHost).of({ ctx, plugin, project, within: 'observer' }),
  );
  expect(outcome).toMatchObject({ ok: true, logs: [] });
});
