import { systemContext } from '../../src/platform/authorization/index.js';
import { INSTANCE_PROJECT } from '../../src/platform/events/index.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { hostModule } from '../support/hosted-plugin.js';
import { type LostCommits, loseCommits, type Refill } from '../support/lost-commits.js';
import { PluginWorkspace } from '../support/plugins/plugin-workspace.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { RawDatabase } from '../support/raw-database.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';
import { StreamReaders } from '../support/stream-readers.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

let database: FreshDatabase;
let app: FreshApplication;
let readers: StreamReaders;

beforeAll(async () => {
  database = await freshDatabase();
  const environment = { DATABASE_URL: database.url, PROMPTD_PLUGINS_WATCH: 'off' };
  app = await freshApplication(environment, runnerProgram());
  readers = new StreamReaders(app);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});
afterEach(() => readers.close());

const lose = (projectId: string, lost: LostCommits) => loseCommits(database, projectId, lost);

/** The rows of a query, as they are before something is lost. */
async function rowsOf(sql: string) {
  const raw = await RawDatabase.open(database);
  const rows = await raw.run(sql);
  await raw.close();
  return rows;
}

describe('an instance whose database lost what it had served', () => {
  let workspace: PromptWorkspace;
  let projectId: string;
  let key: { readonly id: string; readonly token: string };
  /** What is kept of the project; two revisions more were served. */
  let kept: number;
  /** What sets the label back, and what another instance did to the key. */
  let also: readonly string[];

  const production = (token?: string) =>
    workspace.prompt('get', 'greeting', '/versions/production', token);
  const served = async (token: string) => {
    const { status, body } = await production(token);
    return status === 200 ? String(body.version) : status;
  };
  const changes = (since?: number) =>
    workspace.request('get', `/changes${since === undefined ? '' : `?since=${since}`}`);
  const revision = async () => Number((await changes()).body.revision);

  beforeEach(async () => {
    workspace = await PromptWorkspace.create(app);
    const project = await app.asAdmin('get', `/v1/projects/${workspace.project}`).expect(200);
    projectId = String(project.body.id);
    await workspace.publish('greeting', '1.0.0', { labels: ['production'] });
    const made = await workspace.request('post', '/keys').send({ name: 'reader' }).expect(201);
    key = { id: String(made.body.id), token: String(made.body.key) };
    kept = await revision();
    const labels = `FROM prompts WHERE project_id = '${projectId}'`;
    const [label] = await rowsOf(
      `SELECT prompt_id, version_id, move_id FROM labels WHERE prompt_id IN (SELECT id ${labels})`,
    );
    also = [
      `UPDATE labels SET version_id = '${String(label!.version_id)}',
       move_id = '${String(label!.move_id)}' WHERE prompt_id = '${String(label!.prompt_id)}'`,
      `UPDATE api_keys SET revoked_at = 1 WHERE id = '${key.id}'`,
    ];
    await workspace.publish('greeting', '2.0.0', { labels: ['production'] });
    await workspace.create('lost');
    expect(await revision()).toBe(kept + 2);
    for (const token of [key.token, app.admin.token]) expect(await served(token)).toBe('2.0.0');
  });

  const refillOf = (count: number): readonly Refill[] => [
    { type: 'key.revoked', subjectType: 'key', subjectId: key.id },
    ...Array.from({ length: count - 1 }, () => ({})),
  ];

  it.each([
    ['less far than it was', 1],
    ['as far as it was', 2],
    ['further than it was', 4],
  ])('serves what there is, when others have come %s', async (_, count) => {
    const mine = await readers.follow(workspace, key.token);
    const other = await readers.follow(workspace);
    const known = await changes();
    await lose(projectId, { revision: kept, refill: refillOf(count), also });

    expect(
      await until(
        () => served(app.admin.token),
        (answer) => answer !== '2.0.0',
      ),
    ).toBe('1.0.0');
    expect(
      await until(
        () => served(key.token),
        (answer) => answer !== '2.0.0',
      ),
    ).toBe(401);
    await mine.ended();
    await other.until(() => other.of('resync').length > 0);
    expect(other.of('resync').map(({ data }) => data)).toEqual([{ revision: kept + count }]);
    await workspace.create('after');
    await other.until(() => other.changes.length > 0);
    expect(other.changes).toMatchObject([{ revision: kept + count + 1, prompt: 'after' }]);
    expect(other.lastId).toBe(String(kept + count + 1));
    const asked = changes().set('If-None-Match', String(known.headers.etag));
    await asked.expect(200);
  });

  it('answers 304 to nobody who knows another project of the same revision', async () => {
    const known = await changes();
    await lose(projectId, { revision: kept, refill: refillOf(2), also });
    const again = await changes().set('If-None-Match', String(known.headers.etag)).expect(200);
    expect(again.body.revision).toBe(kept + 2);
  });

  it('has a reader look anew that comes with the id of what was lost', async () => {
    const first = await readers.follow(workspace);
    await lose(projectId, { revision: kept, refill: refillOf(1), also });
    await first.until(() => first.of('resync').length > 0);
    const ahead = await readers.follow(workspace, undefined, { 'Last-Event-ID': `${kept + 2}` });

    expect(ahead.of('resync').map(({ data }) => data)).toEqual([{ revision: kept + 1 }]);
    expect((await changes(kept + 2)).body).toMatchObject({ resync: true, nextSince: kept + 1 });
    await workspace.create('after');
    await ahead.until(() => ahead.changes.length > 0);
    expect(ahead.changes).toMatchObject([{ prompt: 'after' }]);
  });
});

it('a plugin whose approval was lost serves no more', async () => {
  const plugins = await PluginWorkspace.of(app);
  const name = 'acme.approved';
  const treeDigest = await plugins.put({ name });
  const [counter] = await rowsOf(
    `SELECT revision FROM project_revisions WHERE project_id = '${INSTANCE_PROJECT}'`,
  );
  await plugins.approve(name, treeDigest).expect(200);
  expect(plugins.active(name)).toBeDefined();
  await lose(INSTANCE_PROJECT, {
    revision: Number(counter!.revision),
    refill: [{ type: 'user.updated' }],
    also: [`DELETE FROM plugin_approvals WHERE name = '${name}'`],
  });
  await until(
    () => Promise.resolve(plugins.active(name)),
    (active) => active === undefined,
  );
});

it('a plugin that observes begins again when that was lost', async () => {
  const workspace = await PromptWorkspace.create(app);
  const { body } = await app.asAdmin('get', `/v1/projects/${workspace.project}`).expect(200);
  const name = 'test.observer';
  const module = `
    import { definePlugin, registry } from 'promptd:api';
    const count = async () => (await registry.kv.get('count')) ?? 0;
    export default definePlugin({
      hooks: { 'prompt.created': async () => registry.kv.set('count', (await count()) + 1) },
      endpoints: { count: async () => ({ status: 200, body: await count() }) },
    });`;
  const hooks = [{ event: 'prompt.created', kind: 'observe' }];
  const endpoints = [{ handler: 'count', method: 'GET', path: '/count', roles: ['viewer'] }];
  const manifest = { hooks, endpoints, capabilities: ['kv'] };
  const plugin = await hostModule(app, name, manifest, module);
  let created = 0;
  /** It hears from some moment on, so something has to happen after that. */
  const hears = async () => {
    created += 1;
    await workspace.create(`prompt-${created}`);
    const outcome = await plugin.ask(systemContext('test'), workspace.project, 'count');
    return outcome.ok ? (outcome.value as { readonly body: number }).body : 0;
  };
  await until(hears, (count) => count > 0);
  const known = created;
  const its = `WHERE plugin = '${name}'`;
  await lose(String(body.id), {
    revision: 1,
    also: [
      // The lock that whoever tells the plugin takes first, so that neither waits for the other.
      `UPDATE plugin_observers SET claimed_until = 0 ${its}`,
      `DELETE FROM plugin_observer_cursors ${its}`,
      `DELETE FROM plugin_observers ${its}`,
    ],
  });
  await until(hears, (count) => count > known);
  await plugin.end();
});
