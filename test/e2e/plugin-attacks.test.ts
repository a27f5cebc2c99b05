import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PluginWorkspace } from '../support/plugins/plugin-workspace.js';
import { readsDuring } from '../support/plugins/reads-during.js';
import { expectProblem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';

// The first test of a run waits for the build.
jest.setTimeout(240_000);

let app: FreshApplication;
let plugins: PluginWorkspace;
let prompts: PromptWorkspace;
let served: string | undefined;
let next = 0;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_PLUGINS_WATCH: 'off' }, runnerProgram());
  plugins = await PluginWorkspace.of(app);
  prompts = await PromptWorkspace.create(app);
  await prompts.publish('greeting', '1.0.0');
});
afterEach(async () => {
  if (served !== undefined) await plugins.remove(served);
  served = undefined;
  await plugins.rescan().expect(200);
});
afterAll(() => app.close());

/** Approves one of the hostile plugins, with an endpoint for each of these handlers. */
async function serve(file: string, handlers: readonly string[]): Promise<string> {
  next += 1;
  const name = `acme.attack-${next}`;
  served = name;
  const code = readFileSync(
    join(import.meta.dirname, '..', 'sandbox', 'plugins', `${file}.js`),
    'utf8',
  );
  const endpoints = handlers.map((handler) => {
    return { handler, method: 'POST', path: `/${handler}`, roles: ['viewer'] };
  });
  await plugins.serve({ name, code, manifest: { endpoints, capabilities: ['kv'] } });
  return name;
}

const attack = (name: string, handler: string) =>
  app
    .asAdmin('post', `/v1/plugins/${name}/${handler}`)
    .query({ project: prompts.project })
    .send({});

const whileReading = <T>(work: Promise<T>) => readsDuring(prompts, work);

/**
 * Which of its limits a call meets first depends on how busy the machine is; the tests of the sandbox
 * pin that down.
 */
const failures = [
  ...['thrown', 'timeout', 'cpu', 'memory', 'crashed'],
  ...['too-large', 'too-many-host-calls', 'wrong-answer'],
];
const told = (reason: string) =>
  reason === 'timeout' ? [504, 'plugin-timeout'] : [502, 'plugin-failed'];

const attacks = [
  ['loop-after-await', 'attack'],
  ['never-settles', 'attack'],
  ['thrown-traps', 'getter'],
  ['thrown-traps', 'proxy'],
  ['result-traps', 'thenable'],
  ['result-traps', 'toJSON'],
  ['bombs', 'split'],
  ['bombs', 'map'],
  ['bombs', 'array'],
  ['bombs', 'bigint'],
  ['bombs', 'resizable'],
  ['bombs', 'regexp'],
  ['deep-json', 'bottomless'],
  ['large-results', 'attack'],
  ['host-flood', 'waiting'],
  ['odd-operations', 'attack'],
  ['replaced-primordials', 'attack'],
] as const;

describe('a hostile plugin that serves', () => {
  it.each(attacks)('%s %s: is told as its own failure', async (file, handler) => {
    const name = await serve(file, [handler]);

    const answer = await whileReading(attack(name, handler).then());

    expectProblem(answer);
    const { code, reason, plugin } = answer.body;
    expect(plugin).toBe(name);
    expect(failures).toContain(reason);
    expect([answer.status, code]).toEqual(told(String(reason)));
    expect(await plugins.look(name)).toMatchObject({ state: 'active' });
    await app.asAdmin('get', '/health').expect(200);
  });

  it('three times takes its process with it, and is quarantined', async () => {
    const name = await serve('kill-from-within', ['attack']);

    const answers = await whileReading(
      (async () => {
        const said: unknown[] = [];
        for (let call = 0; call < 3; call += 1) {
          const { status, body } = await attack(name, 'attack');
          said.push([status, body.code]);
        }
        return said;
      })(),
    );

    expect(answers).toEqual(Array(3).fill([502, 'plugin-failed']));
    await whileReading(plugins.becomes(name, { state: 'quarantined' }));
    const after = await attack(name, 'attack');
    expectProblem(after);
    expect(after.status).toBe(404);
  });
});
