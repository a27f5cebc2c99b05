import { systemContext } from '../../src/platform/authorization/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { ActivePlugins, type CallOutcome } from '../../src/plugins/index.js';
import { ObserverDispatcher } from '../../src/plugins/hooks/observer-dispatcher.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { type HostedPlugin, hostModule } from '../support/hosted-plugin.js';
import type { Json } from '../support/http-client.js';
import { PromptWorkspace, uniqueName } from '../support/prompt-workspace.js';

let app: FreshApplication;
let space: PromptWorkspace;
let plugin: HostedPlugin | undefined;
/** The time of the application, which goes on when a test says so. */
let nowMs: number;

beforeAll(async () => {
  app = await freshApplication();
});

beforeEach(async () => {
  nowMs = Date.now();
  const clock = app.application.nest.get(Clock, { strict: false });
  jest.spyOn(clock, 'nowMs').mockImplementation(() => nowMs);
  space = await PromptWorkspace.create(app);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await plugin?.end();
  plugin = undefined;
});

afterAll(async () => {
  await app.close();
});

const observed = ['prompt.created', 'prompt.version.published', 'prompt.label.moved'] as const;

/** A plugin that hears of these events, and does this with each. */
async function observer(body: string, manifest = {}, events: readonly string[] = observed) {
  const handlers = events.map((event) => `'${event}': (event) => hear(event)`);
  const module = `
    import { definePlugin, registry } from 'promptd:api';
    async function hear(event) { ${body} }
    const heard = async () => ({ status: 200, body: await registry.kv.get('heard') });
    export default definePlugin({ hooks: { ${handlers.join(', ')} }, endpoints: { heard } });
  `;
  const hooks = events.map((event) => ({ event, kind: 'observe' }));
  const endpoints = [{ handler: 'heard', method: 'GET', path: '/heard', roles: ['viewer'] }];
  const capabilities = ['kv', 'prompts:read', 'prompts:propose'];
  const whole = { hooks, endpoints, capabilities, ...manifest };
  plugin = await hostModule(app, uniqueName('observer'), whole, module);
  // It hears of what happens from the first look on.
  await tell();
  return plugin;
}

const remember = `
  const heard = (await registry.kv.get('heard')) ?? [];
  await registry.kv.set('heard', [...heard, event]);
`;

/** Tells everything that is due. */
async function tell(): Promise<void> {
  await app.application.nest.get(ObserverDispatcher, { strict: false }).run();
}

async function heard(of = plugin!): Promise<readonly Json[]> {
  const outcome = await of.ask(systemContext('test'), space.project, 'heard');
  if (!outcome.ok) throw new Error(outcome.message);
  return (outcome.value as { body: Json[] | null }).body ?? [];
}

const typesOf = (events: readonly Json[]) =>
  events.map(({ type, version }) => [type, version].filter(Boolean).join(' '));

it('tells what happened, after it did, in its order and each with an id', async () => {
  await observer(remember);
  await space.publish('heard', '1.0.0', { labels: ['beta'] });
  await space
    .prompt('put', 'heard', '/tags')
    .send({ tags: ['not-observed'] })
    .expect(200);
  await tell();
  const events = await heard();
  const known = await space.promptEvents();
  const ids = known.map(
    ({ projectId, revision, position }) => `${projectId}:${revision}:${position}`,
  );
  const at = expect.stringMatching(/Z$/);
  const common = { project: space.project, prompt: 'heard', revision: expect.any(Number), at };
  const by = { kind: 'user', name: 'admin' };
  expect(events).toEqual([
    { ...common, by, id: ids[0], type: 'prompt.created' },
    {
      ...{ ...common, by, id: ids[1], type: 'prompt.version.published', version: '1.0.0' },
      digest: expect.stringMatching(/^sha256:/),
    },
    {
      ...common,
      by,
      id: ids[2],
      type: 'prompt.label.moved',
      label: 'beta',
      from: null,
      to: '1.0.0',
    },
  ]);
  await tell();
  expect(await heard()).toHaveLength(3);
});

it('tells nothing of what happened before, and goes on where it stopped', async () => {
  await space.publish('before', '1.0.0');
  const first = await observer(remember);
  await tell();
  expect(await heard()).toEqual([]);
  const plugins = app.application.nest.get(ActivePlugins);
  plugins.remove(first.active.manifest.name);
  await space.publish('while-away', '1.0.0');
  await tell();
  plugins.put(first.active);
  await tell();
  expect(typesOf(await heard())).toEqual(['prompt.created', 'prompt.version.published 1.0.0']);
});

it('tells each event when a runner dies at one', async () => {
  const { active, runner } = await observer(remember);
  const call = active.call.bind(active);
  const calling = jest.spyOn(active, 'call').mockImplementation((target, ...given) => {
    const outcome = call(target, ...given);
    const isFirst = calling.mock.calls.length === 1;
    if (isFirst) process.kill(Number(runner.stats().pid), 'SIGKILL');
    return outcome;
  });
  await space.publish('dying', '1.0.0');
  await space.publish('dying', '1.1.0');
  await tell();
  calling.mockRestore();
  expect(runner.stats().kills).toBe(1);
  expect(await heard()).toEqual([]);
  nowMs += 1_000;
  await tell();
  const published = ['prompt.version.published 1.0.0', 'prompt.version.published 1.1.0'];
  expect(typesOf(await heard())).toEqual(['prompt.created', ...published]);
});

it('tries again what failed, later each time, and at last goes on without it', async () => {
  const failing = await observer(`
    if (event.version === '1.0.0') throw new Error('not this one');
    ${remember}
  `);
  await space.publish('failing', '1.0.0');
  await space.publish('failing', '1.1.0');
  await tell();
  const calls = () => failing.runner.stats().calls;
  for (const seconds of [1, 10, 60, 600, 1_800]) {
    const before = calls();
    nowMs += seconds * 1_000 - 1;
    await tell();
    expect(calls()).toBe(before);
    nowMs += 1;
    await tell();
    expect(calls()).toBeGreaterThan(before);
  }
  expect(typesOf(await heard())).toEqual(['prompt.created', 'prompt.version.published 1.1.0']);
  const { text } = await app.as(null, 'get', '/metrics');
  const name = failing.active.manifest.name;
  expect(text).toContain(`promptd_plugin_observed_total{plugin="${name}",outcome="skipped"} 1`);
  expect(text).toContain(`promptd_plugin_observed_total{plugin="${name}",outcome="retried"} 5`);
});

it('does not let one project wait for another', async () => {
  const other = await PromptWorkspace.create(app);
  const failing = await observer(`
    if (event.prompt === 'stuck') throw new Error('never');
    ${remember}
  `);
  await other.publish('stuck', '1.0.0');
  await tell();
  await space.publish('free', '1.0.0');
  await tell();
  expect(await heard(failing)).toHaveLength(2);
});

it('does not count a plugin that is stopped or busy as one that failed', async () => {
  const busy = await observer(remember);
  const { active } = busy;
  const answers: CallOutcome['ok'][] = [];
  const call = active.call.bind(active);
  const outcomes = ['busy', 'stopped'] as const;
  const calling = jest.spyOn(active, 'call').mockImplementation(async (...given) => {
    const reason = outcomes[answers.length];
    const outcome: CallOutcome =
      reason === undefined
        ? await call(...given)
        : { ok: false, reason, message: 'not now', logs: [] };
    answers.push(outcome.ok);
    return outcome;
  });
  await space.publish('patient', '1.0.0');
  await tell();
  nowMs += 1_000;
  await tell();
  await tell();
  expect(answers.slice(0, 2)).toEqual([false, false]);
  calling.mockRestore();
  expect(typesOf(await heard())).toEqual(['prompt.created', 'prompt.version.published 1.0.0']);
});

it('lets an observer read its project and keep its state, and publish nothing', async () => {
  await observer(
    `
    const { content } = await registry.prompts.get({ name: event.prompt, selector: 'latest' });
    const refused = await registry.prompts
      .propose({ name: event.prompt, content, bump: 'major', message: '' })
      .catch(({ code }) => code);
    await registry.kv.set('heard', [content, refused]);
  `,
    {},
    ['prompt.version.published'],
  );
  await space.publish('read', '1.0.0');
  await tell();
  expect(await heard()).toEqual([expect.objectContaining({ kind: 'text' }), 'forbidden']);
});

it('tells nobody of what is not for plugins, whatever got past the rules of manifests', async () => {
  const events = ['project.updated', 'member.changed', 'api-key.created', 'prompt.created'];
  const allowed = { hooks: [{ event: 'prompt.created', kind: 'observe' }] };
  const { active } = await observer(remember, allowed, events);
  Object.assign(active.manifest, { hooks: events.map((event) => ({ event, kind: 'observe' })) });
  await space.makeKey({ verbs: ['read'] });
  await space.signInAs('viewer');
  await space.create('public');
  await tell();
  expect(typesOf(await heard())).toEqual(['prompt.created']);
});
