import {
  anthropicMessage,
  ask,
  chatCompletion,
  type Heard,
  json,
  providersAt,
  serveAsking,
} from '../support/plugins/asking-plugin.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PluginWorkspace } from '../support/plugins/plugin-workspace.js';
import { PromptWorkspace, signInNewUser, uniqueName } from '../support/prompt-workspace.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { queryRaw } from '../support/written-rows.js';

// The first test of a run waits for the build.
jest.setTimeout(240_000);

let app: FreshApplication;
let plugins: PluginWorkspace;
let space: PromptWorkspace;
let provider: WebhookReceiver;
let asking: string;

const question = { role: 'user', content: 'What is the answer?' } as const;
const request = { model: 'small', messages: [question] };
const openaiPath = '/openai/v1/chat/completions';
const anthropicPath = '/anthropic/v1/messages';

beforeAll(async () => {
  provider = await WebhookReceiver.start();
  const environment = { PROMPTD_PLUGINS_WATCH: 'off', ...providersAt(provider) };
  app = await freshApplication(environment, runnerProgram());
  plugins = await PluginWorkspace.of(app);
  asking = await serveAsking(plugins);
});
beforeEach(async () => {
  space = await PromptWorkspace.create(app);
  provider.reset();
  const usage = { prompt_tokens: 12, completion_tokens: 3 };
  provider.respondAt.set(openaiPath, json(chatCompletion('42', usage)));
  provider.respondAt.set('/local/chat/completions', json(chatCompletion('43')));
  const counted = { input_tokens: 5, output_tokens: 6 };
  provider.respondAt.set(anthropicPath, json(anthropicMessage('44', counted)));
});
afterAll(async () => {
  await app.close();
  await provider.close();
});

/** Makes a credential and answers its id. */
async function credential(of: string, secret: string, place = space): Promise<string> {
  const body = { name: uniqueName('credential'), provider: of, secret };
  const made = await place.request('post', '/credentials').send(body).expect(201);
  return String(made.body.id);
}

/** What the plugin hears. */
async function hears(more: object = {}, { token = app.admin.token, plugin = asking } = {}) {
  const answer = await ask(space, plugin, { ...request, ...more }, token);
  expect(answer.status).toBe(200);
  return answer.body as Heard;
}

const keysSeen = () => provider.received.map(({ headers }) => headers.authorization);

describe('a model that a plugin asks', () => {
  it('is one of OpenAI, called with the credential of the project', async () => {
    await credential('openai', 'sk-the-key-of-openai');
    const parameters = { temperature: 0.5, topP: 1, maxTokens: 7, stop: ['\n'], seed: 1 };

    const heard = await hears({ provider: 'openai', parameters });

    const usage = { inputTokens: 12, outputTokens: 3 };
    expect(heard).toEqual({ answer: { text: '42', usage } });
    expect(provider.received).toHaveLength(1);
    const [{ path, headers, body }] = provider.received as [(typeof provider.received)[number]];
    expect(path).toBe(openaiPath);
    expect(headers.authorization).toBe('Bearer sk-the-key-of-openai');
    expect(body).toEqual({
      ...{ model: 'small', messages: [question], stream: false },
      ...{ temperature: 0.5, top_p: 1, max_completion_tokens: 7, stop: ['\n'], seed: 1 },
    });
    expect(Object.keys(headers).sort()).toEqual(
      ['accept', 'authorization', 'connection', 'content-length', 'content-type', 'host'].sort(),
    );
  });

  it('is one of Anthropic, which has the messages of the system apart', async () => {
    await credential('anthropic', 'sk-the-key-of-anthropic');
    const messages = [{ role: 'system', content: 'Be brief.' }, question];

    const heard = await hears({ messages });

    expect(heard).toEqual({ answer: { text: '44', usage: { inputTokens: 5, outputTokens: 6 } } });
    const [{ path, headers, body }] = provider.received as [(typeof provider.received)[number]];
    expect(path).toBe(anthropicPath);
    expect(headers).toMatchObject({
      'x-api-key': 'sk-the-key-of-anthropic',
      'anthropic-version': '2023-06-01',
    });
    expect(headers).not.toHaveProperty('authorization');
    expect(body).toEqual({
      ...{ model: 'small', system: 'Be brief.', messages: [question] },
      ...{ max_tokens: 4096, stream: false },
    });
  });

  it('is one of a server that the operator named, as others are compatible with OpenAI', async () => {
    await credential('local', 'no secret at all');
    const parameters = { maxTokens: 7 };
    expect(await hears({ parameters })).toEqual({ answer: { text: '43', usage: null } });
    expect(provider.received[0]?.body).toMatchObject({ max_tokens: 7 });
  });

  it('is told in the log and in the metrics, without what was said', async () => {
    await credential('openai', 'sk-the-key-of-openai');
    const messages = [{ role: 'user', content: 'a word that nobody else says: xylograph' }];
    await hears({ messages });

    const lines = app.log.filter((line) => line.includes('called a model'));
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({
      ...{ provider: 'openai', project: space.project, plugin: asking, outcome: 'ok' },
      ...{ inputTokens: 12, outputTokens: 3, durationMs: expect.any(Number) },
      requestId: expect.any(String),
    });
    expect(app.log.join()).not.toContain('xylograph');
    const metrics = (await app.asAdmin('get', '/metrics').expect(200)).text;
    expect(metrics).toMatch(/promptd_model_calls_total\{provider="openai",outcome="ok"\} [1-9]/);
    expect(metrics).toMatch(/promptd_model_call_duration_seconds_count\{provider="openai"\} [1-9]/);
  });
});

describe('the credential that a model is called with', () => {
  it('is the newest of the provider, and none any more once they are deleted', async () => {
    const old = await credential('openai', 'sk-the-old-one');
    const recent = await credential('openai', 'sk-the-new-one');
    await hears();
    await space.request('delete', `/credentials/${recent}`).expect(204);
    await hears();
    await space.request('delete', `/credentials/${old}`).expect(204);
    expect(await hears()).toMatchObject({ code: 'credential-missing' });
    expect(keysSeen()).toEqual(['Bearer sk-the-new-one', 'Bearer sk-the-old-one']);
  });

  it('has to be named by its provider when there are several', async () => {
    await credential('openai', 'sk-the-key-of-openai');
    await credential('anthropic', 'sk-the-key-of-anthropic');
    const heard = await hears();
    expect(heard.code).toBe('validation-failed');
    expect(heard.message).toContain('name one of anthropic, openai as provider');
    expect(provider.received).toEqual([]);
    expect(await hears({ provider: 'openai' })).toHaveProperty('answer');
  });

  it('is never one of another project', async () => {
    const other = await PromptWorkspace.create(app);
    await credential('openai', 'sk-of-another-project', other);
    for (const more of [{}, { provider: 'openai' }]) {
      const heard = await hears(more);
      expect(heard.code).toBe('credential-missing');
      expect(heard.message).toContain(space.project);
    }
    for (const more of [{ project: other.project }, { credential: 'x' }, { secret: 'x' }]) {
      expect(await hears(more)).toMatchObject({ code: 'validation-failed' });
    }
    expect(provider.received).toEqual([]);
  });

  it('is of no use for a provider that promptd does not know any more', async () => {
    const id = await credential('openai', 'sk-of-somebody');
    await queryRaw(app, `UPDATE credentials SET provider = 'unheard-of' WHERE id = '${id}'`);
    for (const more of [{}, { provider: 'unheard-of' }, { provider: '__proto__' }]) {
      const heard = await hears(more);
      expect(heard.code).toBe('validation-failed');
      expect(heard.message).toContain('it knows anthropic, away, inside, local, openai');
    }
  });
});

describe('who may have a model asked', () => {
  it('is who holds the permission in the project of the call, and no viewer', async () => {
    await credential('openai', 'sk-the-key-of-openai');
    const everything = { verbs: ['read', 'publish'], prompts: ['*'] };
    const allowed = [
      await space.signInAs('developer'),
      await space.signInAs('admin'),
      await space.makeKey(everything),
    ];
    const refused = [await space.signInAs('viewer'), await space.makeKey({ verbs: ['read'] })];
    for (const token of allowed) expect(await hears({}, { token })).toHaveProperty('answer');
    for (const token of refused) {
      expect(await hears({}, { token })).toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('model:call'),
      });
    }
    expect(provider.received).toHaveLength(allowed.length);
    const stranger = (await signInNewUser(app)).token;
    problem(404, 'not-found')(await ask(space, asking, request, stranger));
  });

  it('is no plugin that does not ask for the capability, or was not granted it', async () => {
    await credential('openai', 'sk-the-key-of-openai');
    const withoutIt = await serveAsking(plugins, { capabilities: [] });
    const notGranted = await serveAsking(plugins, {}, { granted: [] });
    for (const plugin of [withoutIt, notGranted]) {
      const heard = await hears({}, { plugin });
      expect(heard.code).toBe('forbidden');
      expect(heard.message).toContain('needs the capability llm');
    }
    expect(provider.received).toEqual([]);
  });

  it('is nobody while the project is archived', async () => {
    await credential('openai', 'sk-the-key-of-openai');
    await space.request('delete', '').expect(204);
    expect(await hears()).toMatchObject({ code: 'project-archived' });
    await space.request('post', '/restore').expect(200);
    expect(await hears()).toHaveProperty('answer');
  });
});

describe('what a plugin may not say to a model', () => {
  it.each<[string, object]>([
    ['no model', { model: undefined }],
    ['a model of 201 characters', { model: 'x'.repeat(201) }],
    ['no messages', { messages: [] }],
    ['101 messages', { messages: Array(101).fill(question) }],
    ['a role that there is not', { messages: [{ role: 'tool', content: 'x' }] }],
    ['content in parts', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
    ['more than content', { messages: [{ ...question, tool_calls: [] }] }],
    ['a stream', { stream: true }],
    ['a stream among the parameters', { parameters: { stream: true } }],
    ['many answers', { parameters: { n: 1000 } }],
    ['tools', { parameters: { tools: [{ type: 'web_search' }] } }],
    ['another address', { baseUrl: 'https://elsewhere.example' }],
    ['headers', { headers: { 'OpenAI-Organization': 'x' } }],
    ['a temperature of 3', { parameters: { temperature: 3 } }],
    ['no tokens', { parameters: { maxTokens: 0 } }],
    ['half a token', { parameters: { maxTokens: 1.5 } }],
    ['five stops', { parameters: { stop: ['1', '2', '3', '4', '5'] } }],
    ['a provider that is no text', { provider: ['openai'] }],
  ])('%s', async (_, more) => {
    await credential('openai', 'sk-the-key-of-openai');
    expect(await hears(more)).toMatchObject({
      code: 'validation-failed',
      message: expect.stringContaining('llm.complete was given something that it does not take'),
    });
    expect(provider.received).toEqual([]);
  });

  it('is what its provider has no way to do', async () => {
    await credential('anthropic', 'sk-the-key-of-anthropic');
    expect(await hears({ parameters: { seed: 1 } })).toMatchObject({
      code: 'validation-failed',
      message: 'Anthropic takes no seed: leave it out.',
    });
    expect(provider.received).toEqual([]);
  });
});

it('GET /v1/providers lists what can be called, and of addresses the host alone', async () => {
  const { host } = new URL(provider.url);
  const { token } = await signInNewUser(app);
  const { body } = await app.as(token, 'get', '/v1/providers').expect(200);
  expect(body).toEqual({
    items: [
      { slug: 'anthropic', adapter: 'anthropic', host },
      { slug: 'away', adapter: 'openai-compatible', host: 'away.invalid' },
      {
        slug: 'inside',
        adapter: 'openai-compatible',
        host: host.replace('127.0.0.1', '127.0.0.2'),
      },
      { slug: 'local', adapter: 'openai-compatible', host },
      { slug: 'openai', adapter: 'openai', host },
    ],
  });
});
