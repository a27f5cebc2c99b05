import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Response } from 'supertest';
import type { RunningPlugin } from '../../src/plugins/catalog/life/running-plugin.js';
import { answersIn, attackTable, toldAs } from '../support/plugins/attack-table.js';
import { PluginWorkspace } from '../support/plugins/plugin-workspace.js';
import { readsDuring } from '../support/plugins/reads-during.js';
import { expectProblem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(240_000);

const table = attackTable('What its code may do');

let app: FreshApplication;
let plugins: PluginWorkspace;
let prompts: PromptWorkspace;
let next = 0;
/** Of the test; the last one is the attacker. */
let served: string[] = [];

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_PLUGINS_WATCH: 'off' }, runnerProgram());
  plugins = await PluginWorkspace.of(app);
  prompts = await PromptWorkspace.create(app);
  await prompts.publish('greeting', '1.0.0');
});
afterEach(async () => {
  for (const name of served) await plugins.remove(name);
  served = [];
  await plugins.rescan().expect(200);
});
afterAll(() => app.close());

/** Offers some handlers of a hostile plugin. */
const offering = (handlers: readonly string[], as: (handler: string) => string) => `
  import { definePlugin } from 'promptd:api';
  import hostile from './hostile.js';
  const handsOn = (handler) => async (request) => {
    const found = (await handler(request)) ?? null;
    return { status: 200, body: { found } };
  };
  const { ${handlers.join()} } = hostile.endpoints ?? {};
  export default definePlugin({
    ...hostile,
    endpoints: { ${handlers.map((handler) => `${handler}: ${as(handler)}`).join()} },
  });
`;

interface Hostile {
  readonly file: string;
  readonly handlers?: readonly string[];
  /** What it answers stands in the body of an answer that may go out. */
  readonly isHandedOn?: boolean;
  readonly manifest?: object;
}

/** The release of one of the hostile plugins, with an endpoint for each handler. */
function releaseOf({ file, handlers = [], isHandedOn = false, manifest = {} }: Hostile) {
  next += 1;
  const name = `acme.attack-${next}`;
  served.push(name);
  const folder = join(import.meta.dirname, '..', 'sandbox', 'plugins');
  const code = readFileSync(join(folder, `${file}.js`), 'utf8');
  const endpoints = handlers.map((handler) => {
    return { handler, method: 'POST', path: `/${handler}`, roles: ['viewer'] };
  });
  return {
    name,
    code: offering(handlers, (handler) => (isHandedOn ? `handsOn(${handler})` : handler)),
    files: { 'hostile.js': code },
    manifest: { endpoints, capabilities: ['kv'], ...manifest },
  };
}

async function serve(hostile: Hostile): Promise<string> {
  const release = releaseOf(hostile);
  await plugins.serve(release);
  return release.name;
}

const call = (name: string, handler: string) =>
  app
    .asAdmin('post', `/v1/plugins/${name}/${handler}`)
    .query({ project: prompts.project })
    .send({})
    .then();

const running = (name: string) => plugins.active(name) as RunningPlugin | undefined;

/** Half of what is usual, so that a row takes a second. */
const limits = { endpointSliceMs: 500, cpuMs: 500, wallMs: 1_000 };

/** An attack of one call. */
const once =
  (file: string, handler = 'attack') =>
  async () =>
    call(await serve({ file, handlers: [handler], manifest: { limits } }), handler);

/** The same of a plugin that says what it found. */
const found = (file: string, handler: string, expected: unknown) => async () => {
  const name = await serve({ file, handlers: [handler], isHandedOn: true });
  const answer = await call(name, handler);
  expect(answer.body).toEqual({ found: expected });
  return answer;
};

const attacks: Readonly<Record<string, () => Promise<Response>>> = {
  'loops while it is loaded': async () => {
    const release = releaseOf({ file: 'loop-at-load', handlers: ['attack'] });
    await plugins.approve(release.name, await plugins.put(release)).expect(200);
    return call(release.name, 'attack');
  },
  'loops in a hook that has to be asked': async () => {
    const hooks = [{ event: 'version.beforePublish', kind: 'veto', onError: 'deny' }];
    await serve({ file: 'loop-in-hook', manifest: { endpoints: [], hooks } });
    const content = { kind: 'text', text: 'Never published.' };
    return prompts.prompt('post', 'held', '/versions').send({ content, version: '1.0.0' }).then();
  },
  'loops after an await': once('loop-after-await'),
  'answers with a promise that never settles': once('never-settles'),
  'waits for the host without end': once('endless-waiting'),
  'throws an object whose getter loops': once('thrown-traps', 'getter'),
  'throws a Proxy whose traps loop': once('thrown-traps', 'proxy'),
  'throws an object whose toString loops': once('thrown-traps', 'text'),
  'answers with a thenable that loops': once('result-traps', 'thenable'),
  'answers with a toJSON that loops': once('result-traps', 'toJSON'),
  'makes a string without end': once('bombs', 'string'),
  'splits a string of half a gigabyte': once('bombs', 'split'),
  'fills a Map without end': once('bombs', 'map'),
  'fills an array of a thousand million': once('bombs', 'array'),
  'squares a BigInt without end': once('bombs', 'bigint'),
  'resizes buffers without end': once('bombs', 'resizable'),
  'backtracks in a regular expression': once('bombs', 'regexp'),
  'answers with JSON that nests a million times': once('deep-json', 'bottomless'),
  'answers with 200 MB': once('large-results'),
  'asks the host ten million times': once('host-flood', 'waiting'),
  'looks for the host behind constructor.constructor': found(
    'reaches-for-the-host',
    'constructors',
    Array(7).fill([]),
  ),
  'replaces the functions of the language': found('replaced-primordials', 'attack', {
    ...{ stored: null, handles: 0 },
  }),
  'asks for operations such as __proto__': found('odd-operations', 'attack', 24),
  'reads the state of another plugin': async () => {
    const file = 'reads-others-state';
    const victim = await serve({ file, handlers: ['keep'], isHandedOn: true });
    expect((await call(victim, 'keep')).status).toBe(200);
    return found(file, 'attack', [])();
  },
  'reaches for the secret of another project': async () => {
    const victim = await PromptWorkspace.create(app);
    const secret = 'sk-hunter2-of-the-victim';
    const credential = { name: 'victim', provider: 'openai', secret };
    await victim.request('post', '/credentials').send(credential).expect(201);
    const handlers = ['attack'];
    const manifest = { capabilities: ['kv', 'llm'] };
    const file = 'reads-a-secret';
    const name = await serve({ file, handlers, isHandedOn: true, manifest });
    const answer = await call(name, 'attack');
    expect(answer.body).toEqual({ found: [] });
    expect(app.log.filter((line) => /called a model|hunter2/.test(line))).toEqual([]);
    return answer;
  },
  'uses a call that has ended': async () => {
    const handlers = ['leave', 'use', 'stolen'];
    const name = await serve({ file: 'keeps-a-call', handlers, isHandedOn: true });
    expect((await call(name, 'leave')).body).toEqual({ found: 'left' });
    const answer = await call(name, 'use');
    expect(answer.body).toEqual({ found: 'nothing came' });
    expect((await call(name, 'stolen')).body).toEqual({ found: null });
    return answer;
  },
  'is killed in the middle of a call': async () => {
    const name = await serve({ file: 'endless-waiting', handlers: ['attack'] });
    const answer = call(name, 'attack');
    const { pid } = await until(
      () => Promise.resolve(running(name)!.stats()),
      ({ callsInFlight }) => callsInFlight === 1,
    );
    process.kill(pid!, 'SIGKILL');
    return answer;
  },
  'ends its process three times': async () => {
    const name = await serve({ file: 'kill-from-within', handlers: ['attack'] });
    await call(name, 'attack');
    await call(name, 'attack');
    const answer = await call(name, 'attack');
    await plugins.becomes(name, { state: 'quarantined' });
    expect((await call(name, 'attack')).status).toBe(404);
    return answer;
  },
};

it('docs/plugin-attacks.md tells of these attacks and of no other', () => {
  expect(Object.keys(attacks)).toEqual([...table.keys()]);
});

describe('a hostile plugin that', () => {
  it.each(Object.entries(attacks))('%s comes to what is written of it', async (what, attack) => {
    const [answers, state] = table.get(what)!;

    const answer = await readsDuring(prompts, attack());

    expect(answersIn(answers)).toContain(toldAs(answer));
    if (answer.status >= 400) expectProblem(answer);
    if (answer.body.reason) expect(answer.body.plugin).toBe(served.at(-1));
    expect(await plugins.look(served.at(-1)!)).toMatchObject({ state });
    await app.asAdmin('get', '/health').expect(200);
  });
});
