import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { problem } from '../support/expect-problem.js';
import { type HostedPlugin, hostModule } from '../support/hosted-plugin.js';
import { eventsOf } from '../support/people.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';

let app: FreshApplication;
let space: PromptWorkspace;
let guard: HostedPlugin;

const events = ['version.beforePublish', 'label.beforeMove', 'render.before'];

/** Denies with a reason that repeats what it was told, as no guard should. */
const code = `
  import { definePlugin } from 'promptd:api';
  const judge = async (event) =>
    event.prompt === 'shut' || event.label === 'production' || event.variables
      ? { decision: 'deny', reason: JSON.stringify(event) }
      : { decision: 'allow' };
  export default definePlugin({ hooks: { ${events.map((event) => `'${event}': judge`).join()} } });
`;

beforeAll(async () => {
  app = await freshApplication();
  const hooks = events.map((event) => ({ event, kind: 'veto', onError: 'deny' }));
  guard = await hostModule(app, 'guard', { hooks }, code);
});
beforeEach(async () => {
  space = await PromptWorkspace.create(app);
});
afterAll(async () => {
  await guard.end();
  await app.close();
});

const denied = (hook: string) => problem(422, 'plugin-denied', { plugin: 'guard', hook });

function publish(name: string, token?: string) {
  const content = {
    ...{ kind: 'text', text: 'The secret text for {{whom}}.' },
    variables: [{ name: 'whom', type: 'string' }],
  };
  return space.prompt('post', name, '/versions', token).send({ content, version: '1.0.0' });
}

/** What the trail holds of denials in the project of the test. */
async function denials() {
  const { id } = (await space.request('get', '')).body;
  const written = await eventsOf(app, String(id));
  return written.filter(({ type }) => type === 'plugin.denied');
}

describe('a denial of a plugin', () => {
  it('is in the trail with whom it met and what it was about, and nothing of the content', async () => {
    const key = await space.makeKey({ name: 'robot', verbs: ['publish'] });
    await publish('open', key).expect(201);
    await publish('shut', key).expect(denied('version.beforePublish'));

    const written = await denials();
    expect(written).toMatchObject([
      { actor: { kind: 'key', name: 'robot' }, subject: { type: 'plugin', name: 'guard' } },
    ]);
    expect(written[0]?.data).toEqual({
      ...{ hook: 'version.beforePublish', principal: 'key' },
      ...{ prompt: 'shut', version: '1.0.0' },
    });
    expect(JSON.stringify(written)).not.toContain('secret');
  });

  it('of the move of a label names the label, and one of a render no variable', async () => {
    await publish('open').expect(201);
    await space
      .prompt('put', 'open', '/labels/production')
      .send({ version: '1.0.0' })
      .expect(denied('label.beforeMove'));
    await space
      .prompt('post', 'open', '/versions/1.0.0/render')
      .send({ variables: { whom: 'nobody' } })
      .expect(denied('render.before'));

    const written = await denials();
    expect(written.map(({ data }) => data)).toEqual([
      {
        ...{ hook: 'label.beforeMove', principal: 'user' },
        ...{ prompt: 'open', label: 'production', version: '1.0.0' },
      },
      { hook: 'render.before', principal: 'user', prompt: 'open', version: '1.0.0' },
    ]);
    expect(JSON.stringify(written)).not.toContain('nobody');
  });

  it('is told to nobody who follows changes', async () => {
    await publish('shut').expect(denied('version.beforePublish'));
    expect(await denials()).toHaveLength(1);
    const { body } = await space.request('get', '/changes?since=0').expect(200);
    expect(JSON.stringify(body)).not.toContain('shut');
  });
});
