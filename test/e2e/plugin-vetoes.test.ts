import type { Response } from 'supertest';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { problem } from '../support/expect-problem.js';
import {
  contextFor,
  type HostedPlugin,
  hostModule,
  hostShipped,
} from '../support/hosted-plugin.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';

let app: FreshApplication;
let space: PromptWorkspace;
const hosted: HostedPlugin[] = [];

beforeAll(async () => {
  app = await freshApplication();
});

beforeEach(async () => {
  space = await PromptWorkspace.create(app);
});

afterEach(async () => {
  await Promise.all(hosted.splice(0).map((plugin) => plugin.end()));
});

afterAll(async () => {
  await app.close();
});

interface Veto {
  readonly event: string;
  readonly order?: number;
  readonly onError?: 'allow' | 'deny';
}

/** A plugin with vetoes whose functions have the same body each. */
async function veto(name: string, vetoes: readonly Veto[], body: string, manifest = {}) {
  const hooks = vetoes.map((one) => ({ kind: 'veto', onError: 'deny', ...one }));
  const handlers = vetoes.map(({ event }) => `'${event}': async (event) => { ${body} }`);
  const module = `
    import { definePlugin, registry } from 'promptd:api';
    const allow = { decision: 'allow' };
    const deny = (reason) => ({ decision: 'deny', reason });
    export default definePlugin({ hooks: { ${handlers.join(', ')} } });
  `;
  const plugin = await hostModule(app, name, { hooks, capabilities: ['kv'], ...manifest }, module);
  hosted.push(plugin);
  return plugin;
}

/** Denies moves to the labels of its name, with all that it was told in the reason. */
const denyMoves = (label: string) =>
  veto(
    'mover',
    [{ event: 'label.beforeMove' }],
    `
    return event.label === '${label}' ? deny(JSON.stringify(event)) : allow;
  `,
  );

const told = ({ body }: Response): unknown => JSON.parse(String(body.reason));
const vetoed = (hook: string, plugin = 'mover') => problem(422, 'plugin-denied', { plugin, hook });
const content = { kind: 'text', text: 'Hello.' };

async function labelOf(name: string, label: string): Promise<string | null> {
  const { status, body } = await space.prompt('get', name, `/labels/${label}`);
  return status === 200 ? (body.version as string) : null;
}

describe('a veto of a publish', () => {
  it('by policy-guard keeps secrets out, and everything else goes on', async () => {
    hosted.push(await hostShipped(app, 'policy-guard'));
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const leak = { content: { kind: 'text', text: `Use ${secret}.` }, version: '1.0.0' };
    const refused = await space.prompt('post', 'guarded', '/versions').send(leak);
    vetoed('version.beforePublish', 'policy-guard')(refused);
    expect(refused.body.detail).toContain('policy-guard');
    expect(refused.text).not.toContain(secret);
    await space.prompt('get', 'guarded').expect(404);
    await space.publish('guarded', '1.0.0');
  });

  it('by policy-guard holds to the settings of the project, which its endpoint keeps', async () => {
    const guard = await hostShipped(app, 'policy-guard');
    hosted.push(guard);
    const admin = await contextFor(app, app.admin.token);
    const settings = { forbiddenWords: ['moonshot'] };
    const kept = await guard.ask(admin, space.project, 'putSettings', settings);
    expect(kept).toMatchObject({ ok: true, value: { status: 200 } });
    const body = { content: { kind: 'text', text: 'A moonshot.' }, version: '1.0.0' };
    const refused = await space.prompt('post', 'worded', '/versions').send(body);
    vetoed('version.beforePublish', 'policy-guard')(refused);
    const elsewhere = await PromptWorkspace.create(app);
    await elsewhere.publish('worded', '1.0.0', { content: body.content });
  });

  it('is told what is about to be published and by whom', async () => {
    await veto(
      'teller',
      [{ event: 'version.beforePublish' }],
      'return deny(JSON.stringify(event))',
    );
    const key = await space.makeKey({ verbs: ['publish', 'label'], labels: ['*'] });
    const send = (body: object) => space.prompt('post', 'told', '/versions', key).send(body);
    const explicit = await send({ content, version: '1.2.3', labels: ['b', 'a'] });
    expect(told(explicit)).toEqual({
      ...{ project: space.project, prompt: 'told', content, version: '1.2.3', labels: ['a', 'b'] },
      caller: { kind: 'key', id: expect.any(String), roles: ['developer'] },
    });
    const developer = await space.signInAs('developer');
    const bump = { content, bump: 'auto' };
    const bumped = await space.prompt('post', 'told', '/versions', developer).send(bump);
    expect(told(bumped)).toMatchObject({
      ...{ version: null, labels: [] },
      caller: { kind: 'user', roles: ['viewer', 'developer'] },
    });
  });

  it('is asked about clones too, before their transaction', async () => {
    await space.publish('source', '1.0.0');
    await veto(
      'cloner',
      [{ event: 'version.beforePublish' }],
      `
      await registry.kv.set('seen', event.prompt);
      return event.prompt === 'copy' ? deny('no copies') : allow;
    `,
    );
    const clone = (name: string) => space.prompt('post', 'source', '/clone').send({ name });
    const refused = await clone('copy');
    expect([refused.status, refused.body.reason]).toEqual([422, 'no copies']);
    await space.prompt('get', 'copy').expect(404);
  });

  it('is not asked for a caller who may not publish', async () => {
    await veto('silent', [{ event: 'version.beforePublish' }], `return deny('asked')`);
    const viewer = await space.signInAs('viewer');
    const body = { content, version: '1.0.0' };
    await space
      .prompt('post', 'mine', '/versions', viewer)
      .send(body)
      .expect(problem(403, 'forbidden'));
  });
});

describe('a veto of the move of a label', () => {
  beforeEach(async () => {
    await space.publish('moving', '1.0.0', { labels: ['held', 'free'] });
    await space.publish('moving', '1.1.0');
  });

  it('stands at a move and a removal', async () => {
    await denyMoves('held');
    const move = (label: string) =>
      space.prompt('put', 'moving', `/labels/${label}`).send({ version: '1.1.0' });
    const refused = await move('held');
    vetoed('label.beforeMove')(refused);
    expect(told(refused)).toMatchObject({ from: '1.0.0', to: '1.1.0', ground: 'move' });
    const removed = await space.prompt('delete', 'moving', '/labels/held');
    vetoed('label.beforeMove')(removed);
    expect(told(removed)).toMatchObject({ from: '1.0.0', to: null });
    await move('free').expect(200);
    expect(await labelOf('moving', 'held')).toBe('1.0.0');
  });

  it('stands at a publish, whose version may not have its number yet', async () => {
    await denyMoves('held');
    const publish = (fields: object) => space.prompt('post', 'moving', '/versions').send(fields);
    const other = { kind: 'text', text: 'Another.' };
    const refused = await publish({ content: other, bump: 'minor', labels: ['held'] });
    vetoed('label.beforeMove')(refused);
    expect(told(refused)).toMatchObject({ from: '1.0.0', to: null, ground: 'publish' });
    await publish({ content: other, bump: 'minor', labels: ['free'] }).expect(201);
    expect(await labelOf('moving', 'free')).toBe('1.2.0');
  });

  it('stands at a rollback', async () => {
    await space.prompt('put', 'moving', '/labels/held').send({ version: '1.1.0' }).expect(200);
    await denyMoves('held');
    const refused = await space.prompt('post', 'moving', '/labels/held/rollback').send({});
    vetoed('label.beforeMove')(refused);
    expect(told(refused)).toMatchObject({ from: '1.1.0', to: '1.0.0', ground: 'rollback' });
    expect(await labelOf('moving', 'held')).toBe('1.1.0');
  });

  it('stands at a release, of which nothing is made then', async () => {
    await denyMoves('held');
    const moves = ['free', 'held'].map((label) => ({ prompt: 'moving', label, version: '1.1.0' }));
    const refused = await space.request('post', '/releases').send({ moves });
    vetoed('label.beforeMove')(refused);
    expect(refused.body.errors).toMatchObject([{ pointer: '/moves/1/label' }]);
    expect(await labelOf('moving', 'free')).toBe('1.0.0');
    await space
      .request('post', '/releases')
      .send({ moves: moves.slice(0, 1) })
      .expect(201);
  });

  it('stands at a promotion when it would move the label, and not before', async () => {
    await denyMoves('held');
    const moves = [{ prompt: 'moving', label: 'held', version: '1.1.0' }];
    const ask = () => space.request('post', '/promotions').send({ moves, reason: 'it is time' });
    vetoed('label.beforeMove')(await ask());
    await space
      .request('put', '/label-policies/held')
      .send({ movers: ['developer', 'admin'], approvals: 1 })
      .expect(200);
    const developer = await space.signInAs('developer');
    const asked = await space
      .request('post', '/promotions', developer)
      .send({ moves, reason: 'it is time' });
    expect([asked.status, asked.body.status]).toEqual([201, 'pending']);
    const path = `/promotions/${String(asked.body.id)}`;
    const approved = await space.request('post', `${path}/approve`).send({});
    vetoed('label.beforeMove')(approved);
    const after = await space.request('get', path).expect(200);
    expect(after.body).toMatchObject({ status: 'pending', approvals: [] });
  });

  it('is not asked where the label points already', async () => {
    await denyMoves('held');
    await space.prompt('put', 'moving', '/labels/held').send({ version: '1.0.0' }).expect(200);
  });

  it('is held to the move that was asked about', async () => {
    const plugin = await veto('mover', [{ event: 'label.beforeMove' }], 'return allow');
    await space.prompt('put', 'moving', '/labels/held').send({ version: '1.1.0' }).expect(200);
    const call = plugin.active.call.bind(plugin.active);
    // Somebody moves the label while the plugin is asked.
    const moving = jest.spyOn(plugin.active, 'call').mockImplementationOnce(async (...given) => {
      const outcome = await call(...given);
      await space.prompt('put', 'moving', '/labels/held').send({ version: '1.0.0' }).expect(200);
      return outcome;
    });
    const answer = await space.prompt('post', 'moving', '/labels/held/rollback').send({});
    problem(409, 'label-conflict')(answer);
    moving.mockRestore();
  });
});

describe('a veto of a render', () => {
  it('is told the variables, and reads go on', async () => {
    await space.publish('rendered', '1.0.0');
    await veto('renderer', [{ event: 'render.before' }], 'return deny(JSON.stringify(event))');
    const render = await space
      .prompt('post', 'rendered', '/versions/latest/render')
      .send({ variables: { a: 1 } });
    vetoed('render.before', 'renderer')(render);
    expect(told(render)).toMatchObject({ version: '1.0.0', variables: { a: 1 } });
    await space.prompt('get', 'rendered', '/versions/latest').expect(200);
  });
});

describe('several vetoes', () => {
  it('run by their number and then by the name of the plugin, until one denies', async () => {
    const event = 'version.beforePublish';
    for (const [name, order] of [
      ['b-first', -1],
      ['z-second', 0],
      ['a-third', 1],
    ] as const) {
      const body = `
        const seen = (await registry.kv.get('seen')) ?? 0;
        await registry.kv.set('seen', seen + 1);
        return ${name === 'z-second' ? `deny('here')` : 'allow'};
      `;
      await veto(name, [{ event, order }], body);
    }
    const body = { content, version: '1.0.0' };
    const refused = await space.prompt('post', 'ordered', '/versions').send(body);
    expect(refused.body).toMatchObject({ plugin: 'z-second', reason: 'here' });
    const calls = hosted.map(({ runner }) => runner.stats().calls);
    // Each has had its init.
    expect(calls).toEqual([2, 2, 1]);
  });

  it('share one second, after which each stands as it says', async () => {
    const event = 'version.beforePublish';
    const wait = 'await registry.sleep(4000); return allow;';
    await veto('slow', [{ event, onError: 'allow' }], wait);
    await veto('starved', [{ event, onError: 'deny' }], 'return allow');
    const startedAt = performance.now();
    const refused = await space
      .prompt('post', 'slow', '/versions')
      .send({ content, version: '1.0.0' });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    problem(503, 'veto-failed', { plugin: 'starved', hook: event })(refused);
    expect(refused.headers['retry-after']).toBe('1');
    await space.prompt('get', 'slow').expect(404);
  });
});

describe('a veto that fails', () => {
  it.each([
    ['loops', 'for (;;);'],
    ['throws', `throw new Error('secret of the plugin')`],
    ['answers nothing', ''],
    ['answers something else', `return { decision: 'maybe' }`],
    ['denies without a reason', `return { decision: 'deny' }`],
    ['ends its isolate', `const all = []; for (;;) all.push(new Array(1e6).fill(1));`],
  ])('because it %s is a denial or none, as it says', async (_case, body) => {
    const event = 'version.beforePublish';
    const publish = (name: string) =>
      space.prompt('post', name, '/versions').send({ content, version: '1.0.0' });
    await veto('failing', [{ event, onError: 'deny' }], body);
    const refused = await publish('denied');
    problem(503, 'veto-failed', { plugin: 'failing', hook: event })(refused);
    expect(refused.text).not.toContain('secret of the plugin');
    await Promise.all(hosted.splice(0).map((plugin) => plugin.end()));
    await veto('failing', [{ event, onError: 'allow' }], body);
    await publish('allowed').expect(201);
  });

  it('may do nothing any more once it was not waited for', async () => {
    const event = 'version.beforePublish';
    const body = `await registry.sleep(1200); await registry.kv.set('late', true); return allow;`;
    const plugin = await veto('late', [{ event, onError: 'allow' }], body);
    const outcomes: Promise<unknown>[] = [];
    const call = plugin.active.call.bind(plugin.active);
    jest.spyOn(plugin.active, 'call').mockImplementationOnce((...given) => {
      const outcome = call(...given);
      outcomes.push(outcome);
      return outcome;
    });
    await space.publish('late', '1.0.0');
    expect(await outcomes[0]).toMatchObject({
      ...{ ok: false, reason: 'refused' },
      message: expect.stringContaining('not waited for'),
    });
  });
});

it('takes no control characters from a reason, and no more than fits', async () => {
  const body = `return deny('a\\u202Eb\\u001b[31m\\nc' + '\\ud800' + '<b>' + 'x'.repeat(9000))`;
  await veto('loud', [{ event: 'version.beforePublish' }], body);
  const refused = await space
    .prompt('post', 'loud', '/versions')
    .send({ content, version: '1.0.0' });
  const reason = String(refused.body.reason);
  expect(reason).toMatch(/^a\\u\{202e\}b\\u\{1b\}\[31m\nc\\u\{d800\}<b>x+…$/);
  expect(reason.length).toBeLessThan(1_600);
});

it('counts questions by what was answered', async () => {
  await veto('counted', [{ event: 'version.beforePublish' }], `return deny('no')`);
  await space
    .prompt('post', 'counted', '/versions')
    .send({ content, version: '1.0.0' })
    .expect(422);
  const { text } = await app.as(null, 'get', '/metrics');
  expect(text).toMatch(/promptd_plugin_vetoes_total\{plugin="counted",answer="denied"\} 1/);
});
