import {
  ask,
  chatCompletion,
  type Heard,
  json,
  providersAt,
  serveAsking,
} from '../support/plugins/asking-plugin.js';
import { Policy } from '../../src/platform/authorization/index.js';
import { ActivePlugins, PluginHost } from '../../src/plugins/index.js';
import { contextFor } from '../support/hosted-plugin.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PluginWorkspace } from '../support/plugins/plugin-workspace.js';
import { PromptWorkspace, uniqueName } from '../support/prompt-workspace.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';
import { until } from '../support/until.js';
import { type Respond, WebhookReceiver } from '../support/webhook-receiver.js';

// The first test of a run waits for the build.
jest.setTimeout(240_000);

const secret = 'sk-hunter2-never-to-be-seen-4711';
const request = { model: 'small', messages: [{ role: 'user', content: 'What is the answer?' }] };

let app: FreshApplication;
let plugins: PluginWorkspace;
let space: PromptWorkspace;
let provider: WebhookReceiver;
let asking: string;
/** Everything that plugins told, whole. */
const answers: string[] = [];

beforeAll(async () => {
  provider = await WebhookReceiver.start();
  const environment = { PROMPTD_PLUGINS_WATCH: 'off', LOG_LEVEL: 'trace' };
  app = await freshApplication({ ...environment, ...providersAt(provider) }, runnerProgram());
  plugins = await PluginWorkspace.of(app);
  space = await PromptWorkspace.create(app);
  asking = await serveAsking(plugins);
  for (const slug of ['openai', 'anthropic', 'inside', 'away']) await credential(slug, secret);
});
beforeEach(() => {
  provider.reset();
});
afterEach(() => {
  expect(app.log.filter((line) => line.includes('hunter2'))).toEqual([]);
});
afterAll(async () => {
  await app.close();
  await provider.close();
});

async function credential(slug: string, value: string): Promise<void> {
  const body = { name: uniqueName('credential'), provider: slug, secret: value };
  await space.request('post', '/credentials').send(body).expect(201);
}

async function hears(slug = 'openai', plugin = asking): Promise<Heard> {
  const answer = await ask(space, plugin, { ...request, provider: slug });
  answers.push(answer.text, JSON.stringify(answer.headers));
  expect(answer.status).toBe(200);
  return answer.body as Heard;
}

async function calls(outcome: string): Promise<number> {
  const { text } = await app.asAdmin('get', '/metrics').expect(200);
  const counted = [...text.matchAll(/^promptd_model_calls_total\{.*outcome="(.*)"\} (\d+)$/gm)];
  return counted.reduce((sum, [, name, count]) => sum + (name === outcome ? Number(count) : 0), 0);
}

/** What vendors do: the end of the key in the text of the error. */
const refusing =
  (status: number, headers: Readonly<Record<string, string>> = {}): Respond =>
  (message, response) => {
    const key = message.headers.authorization ?? message.headers['x-api-key'];
    const error = { message: `Incorrect API key provided: ${String(key)}`, type: 'vendor_words' };
    json({ error }, status, { 'X-Key': String(key), ...headers })(message, response);
  };

const raw =
  (text: string, status = 200): Respond =>
  (_message, response) =>
    void response.writeHead(status).end(text);

describe('a provider that fails', () => {
  it.each<[string, Respond, string, RegExp]>([
    ['refuses the key', refusing(401), 'credential-refused', /refused the credential.* \(401\)/],
    ['forbids it', refusing(403), 'credential-refused', /refused the credential.* \(403\)/],
    [
      'has had enough',
      refusing(429, { 'Retry-After': '20' }),
      'rate-limited',
      /\(429\): try again after 20 seconds\.$/,
    ],
    ['knows no such model', refusing(404), 'request-refused', /has no such model.* \(404\)/],
    ['does not take the request', refusing(400), 'request-refused', /did not take the request/],
    ['fails', refusing(500), 'provider-failed', /openai failed \(500\): try again later\.$/],
    [
      'is overloaded',
      refusing(529, { 'Retry-After': secret }),
      'provider-failed',
      /failed \(529\): try again later\.$/,
    ],
    ['answers no JSON', raw(`<html>${secret}`), 'invalid-answer', /not with the text of a model/],
    ['answers half of it', raw('{"choices": [{'), 'invalid-answer', /not with the text/],
    ['answers nothing', raw(''), 'invalid-answer', /not with the text/],
    ['streams', raw('data: {"choices": []}\n\n'), 'invalid-answer', /not with the text/],
    ['nests', raw('['.repeat(500_000)), 'invalid-answer', /not with the text/],
    [
      'nests to the end',
      raw('['.repeat(400_000) + ']'.repeat(400_000)),
      'invalid-answer',
      /not with the text/,
    ],
    ['answers no text', json(chatCompletion(null)), 'invalid-answer', /not with the text/],
    ['answers a list', json([chatCompletion('x')]), 'invalid-answer', /not with the text/],
    ['tells the key', json(chatCompletion(`It is ${secret}.`)), 'invalid-answer', /not with the/],
    ['answers without end', raw('x'.repeat(1_100_000)), 'answer-too-large', /more than is read/],
    [
      'breaks the connection',
      (_message, response) => void response.destroy(),
      'connection-failed',
      /connection to openai failed/,
    ],
    [
      'breaks it in the middle',
      (_message, response) => {
        response.writeHead(200, { 'Content-Length': '1000' });
        response.write('{"choices"', () => response.destroy());
      },
      'connection-failed',
      /connection to openai failed/,
    ],
    [
      'sends elsewhere',
      refusing(307, { Location: '/openai/v1/elsewhere' }),
      'redirected',
      /redirect \(307\)/,
    ],
  ])('%s', async (_, respond, outcome, message) => {
    provider.respond = respond;
    const before = await calls(outcome);

    const heard = await hears();

    expect(heard).toMatchObject({
      code: 'completion-failed',
      message: expect.stringMatching(message),
    });
    expect(JSON.stringify(heard)).not.toMatch(/hunter2|4711|vendor_words|Incorrect/);
    expect(await calls(outcome)).toBe(before + 1);
    expect(provider.received.map(({ path }) => path)).toEqual(['/openai/v1/chat/completions']);
  });

  it('says too much for a plugin, which is told so', async () => {
    provider.respond = json(chatCompletion('x'.repeat(1_000_001)));
    expect(await hears()).toMatchObject({
      message: 'What llm.complete answers is too large for a plugin.',
    });
  });

  it('never answers, and is waited for no longer than the call', async () => {
    const hasty = await serveAsking(plugins, { limits: { wallMs: 1_000 } });
    const before = await calls('timeout');
    let isClosed = false;
    provider.respond = (_message, response) => {
      response.once('close', () => (isClosed = true));
      response.write(' ');
    };

    // On a busy machine the call may end before the plugin has heard.
    const { status, text } = await ask(space, hasty, { ...request, provider: 'openai' });

    answers.push(text);
    expect([200, 504]).toContain(status);
    expect(text).toMatch(/gave no whole answer in the time of the call|plugin-timeout/);
    await until(
      () => calls('timeout'),
      (count) => count === before + 1,
    );
    await until(() => Promise.resolve(isClosed), Boolean);
  });

  it('is waited for no longer than a hook is that others wait for', async () => {
    let isClosed = false;
    provider.respond = (_message, response) => {
      response.once('close', () => (isClosed = true));
      response.write(' ');
    };
    const { nest } = app.application;
    const ctx = await contextFor(app, app.admin.token);
    const project = await nest.get(Policy).requireProject(ctx, space.project, 'prompt:read');
    const plugin = nest.get(ActivePlugins).get(asking)!;
    const veto = { ctx, plugin, project, within: 'veto', patienceMs: 500 } as const;

    const asked = nest.get(PluginHost).of(veto)('llm.complete', { ...request, provider: 'openai' });

    await expect(asked).rejects.toMatchObject({ code: 'completion-failed' });
    await until(() => Promise.resolve(isClosed), Boolean);
    const line = JSON.parse(app.log.findLast((one) => one.includes('called a model'))!);
    expect(line.outcome).toBe('timeout');
    // The plugin itself has five seconds.
    expect(line.durationMs).toBeLessThan(4_000);
  });

  it('is at an address that the operator does not allow, and is not called', async () => {
    const heard = await hears('inside');
    expect(heard).toMatchObject({
      code: 'completion-failed',
      message: expect.stringMatching(/^inside is not called: .*PROMPTD_OUTBOUND_ALLOW/),
    });
    expect(await hears('away')).toMatchObject({ message: expect.stringContaining('no address') });
    expect(provider.received).toEqual([]);
  });
});

it('a secret that no header can hold is sent nowhere, nor shown', async () => {
  await credential('local', `schlüssel-${secret}`);
  expect(await hears('local')).toMatchObject({
    code: 'completion-failed',
    message: expect.stringContaining('characters that no header can hold'),
  });
  expect(provider.received).toEqual([]);
});

it('the secret is in no answer, no log, no metric and no audit trail', async () => {
  provider.respond = refusing(401);
  await hears();
  await hears('anthropic');
  expect(provider.received.map(({ headers }) => JSON.stringify(headers))).toEqual([
    expect.stringContaining(secret),
    expect.stringContaining(secret),
  ]);
  const said = app.log.filter((line) => line.includes('a plugin says'));
  expect(said.length).toBeGreaterThan(0);

  const audit = await until(
    async () => (await app.asAdmin('get', `/v1/projects/${space.project}/audit`)).text,
    (text) => text.includes('credential.created'),
  );
  const metrics = (await app.asAdmin('get', '/metrics').expect(200)).text;
  for (const [place, texts] of Object.entries({
    answers,
    log: app.log,
    audit: [audit],
    metrics: [metrics],
  })) {
    const text = texts.join('\n');
    expect({ [place]: text.length }).not.toEqual({ [place]: 0 });
    for (const form of ['utf8', 'base64', 'hex'] as const) {
      const needle = Buffer.from(secret).toString(form).slice(0, 20);
      expect({ [place]: text.includes(needle) }).toEqual({ [place]: false });
    }
  }
});
