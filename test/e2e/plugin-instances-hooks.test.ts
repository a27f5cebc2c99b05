import { databaseUnderTest } from '../support/fresh-database.js';
import type { Answer } from '../support/http-client.js';
import { guard, guardedEvent } from '../support/plugins/guarding-plugin.js';
import { TwoInstances } from '../support/plugins/two-instances.js';
import { uniqueName } from '../support/prompt-workspace.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const name = 'acme.hooked';
const project = 'demo';
const say = `/v1/plugins/${name}/say?project=${project}`;

/** A plugin that has to be asked, lets everything pass, and answers requests with what is given. */
const guardThat = (answers: string) => ({
  ...{ name, manifest: guard() },
  code: `import { definePlugin } from 'promptd:api';
    export default definePlugin({
      endpoints: { say: async () => { ${answers} } },
      hooks: { '${guardedEvent}': async () => ({ decision: 'allow' }) },
    });`,
});

// SQLite refuses a second process.
const onServers = databaseUnderTest() === 'sqlite' ? describe.skip : describe;

onServers('two instances on one database', () => {
  let two: TwoInstances;
  afterEach(() => two.end());

  async function start(folders?: readonly [string, string]): Promise<void> {
    two = await TwoInstances.start(folders);
    expect(await two.admin.send('POST', '/v1/projects', { name: project })).toMatchObject({
      status: 201,
    });
  }

  function publish(index: 0 | 1, version = '1.0.0', prompt = uniqueName('guarded')) {
    const body = { content: { kind: 'text', text: `This is ${version}.` }, version };
    const path = `/v1/projects/${project}/prompts/${prompt}/versions`;
    return two.at(index).send('POST', path, body);
  }

  const held = { status: 503, body: { code: 'veto-failed', plugin: name, hook: guardedEvent } };

  /** A hook has a tenth of a second, which a busy machine may not give it at once. */
  async function passesSoon(index: 0 | 1): Promise<void> {
    const { body } = await until<Answer>(
      () => publish(index),
      ({ status }) => status !== 503,
    );
    expect(body).toMatchObject({ version: '1.0.0' });
  }

  it('both hold what a plugin guards that was quarantined on one', async () => {
    await start();
    await two.serve(guardThat(`'x'.repeat(2 ** 29 - 24).split('');`));
    await passesSoon(0);
    await passesSoon(1);

    await until(
      async () => {
        await two.at(0).send('GET', say);
        return two.at(0).send('GET', `/v1/plugins/${name}`);
      },
      ({ body }) => body.state === 'quarantined',
      60_000,
    );
    await two.everywhere(name, { state: 'quarantined' });

    expect(await publish(0)).toMatchObject(held);
    expect(await publish(1)).toMatchObject(held);
    expect(await two.at(1).send('POST', `/v1/plugins/${name}/-/disable`)).toMatchObject({
      status: 200,
    });
    await passesSoon(1);
    await passesSoon(0);
  });

  it('both hold what a plugin guards that one of them was not given', async () => {
    await start(['first', 'second']);
    const release = guardThat('return { status: 200 };');
    const treeDigest = await two.put(release);
    await two.becomes(0, name, { state: 'pending-approval' });
    expect(await two.act(name, 'approve', { treeDigest })).toMatchObject({ status: 200 });
    await two.becomes(0, name, { state: 'active' });
    await two.becomes(1, name, { state: 'missing' });

    await passesSoon(0);
    expect(await publish(1)).toMatchObject(held);
    await two.put(release, 1);
    await two.becomes(1, name, { state: 'active' });
    await passesSoon(1);
  });

  it('go on with an older release of a guard while a newer one was given to one of them', async () => {
    await start(['first', 'second']);
    const [older, newer] = [guardThat('return { status: 200 };'), guardThat('return {};')];
    await two.put(older, 1);
    await two.serve(older);
    const treeDigest = await two.put({ ...newer, releaseSeq: 2 });
    await two.act(name, 'approve', { treeDigest });
    await two.becomes(0, name, { state: 'active', treeDigest });
    await passesSoon(0);
    await passesSoon(1);
  });

  it('hold what a release guards on the one that was given another, which does not', async () => {
    await start(['first', 'second']);
    const older = { name };
    await two.put(older, 1);
    await two.serve(older);
    const newer = { ...guardThat('return {};'), releaseSeq: 2 };
    const treeDigest = await two.put(newer);
    await two.act(name, 'approve', { treeDigest });
    await two.becomes(0, name, { state: 'active', treeDigest });
    await two.becomes(1, name, { state: 'degraded', version: '1.0.0' });

    await passesSoon(0);
    expect(await publish(1)).toMatchObject(held);
    await two.put(newer, 1);
    await two.becomes(1, name, { state: 'active', treeDigest });
    await passesSoon(1);
  });

  it('tell an observer of each event once, in order, and one goes on without the other', async () => {
    const event = 'prompt.version.published';
    await start();
    await two.serve({
      name,
      manifest: { capabilities: ['kv'], hooks: [{ event, kind: 'observe' }] },
      code: `import { definePlugin, registry } from 'promptd:api';
        const heard = async () => (await registry.kv.get('heard')) ?? [];
        export default definePlugin({
          endpoints: { say: async () => ({ status: 200, body: await heard() }) },
          hooks: {
            '${event}': async ({ version }) =>
              registry.kv.set('heard', [...(await heard()), version]),
          },
        });`,
    });
    let next = 0;
    let published: string[] = [];
    const publishNext = async (index: 0 | 1) => {
      const version = `1.${next}.0`;
      next += 1;
      expect(await publish(index, version, 'observed')).toMatchObject({ status: 201 });
      published.push(version);
    };
    // The last one is told last, so what would be told twice has been by then.
    const expectHeard = async () => {
      const { body } = await until(
        () => two.at(1).send('GET', say),
        ({ body: heard }) => Array.isArray(heard) && heard.includes(published.at(-1)),
      );
      expect(body).toEqual(published);
    };
    // What happened before they looked for the first time is not for them.
    const { body: first } = await until<Answer>(
      async () => {
        await publishNext(0);
        return two.at(1).send('GET', say);
      },
      ({ body }) => Array.isArray(body) && body.length > 0,
    );
    published = published.slice(published.indexOf(String(first[0])));

    for (let i = 0; i < 20; i += 1) await publishNext(i % 2 === 0 ? 0 : 1);
    await expectHeard();

    expect(await two.programs[0].stop('SIGTERM')).toMatchObject({ code: 0 });
    for (let i = 0; i < 5; i += 1) await publishNext(1);
    await expectHeard();
  });
});
