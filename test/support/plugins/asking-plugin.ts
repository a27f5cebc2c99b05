import type { Response } from 'supertest';
import { uniqueName, type PromptWorkspace } from '../prompt-workspace.js';
import type { WebhookReceiver, Respond } from '../webhook-receiver.js';
import type { PluginWorkspace } from './plugin-workspace.js';

/** Asks a model for what it is sent, tells all that it hears, and writes it into its log as well. */
const code = `
  import { definePlugin, registry } from 'promptd:api';
  const said = async (heard) => {
    await registry.log('info', JSON.stringify(heard).slice(0, 2_000));
    return { status: 200, body: heard };
  };
  export default definePlugin({
    endpoints: {
      ask: async ({ body }) => {
        try { return await said({ answer: await registry.llm.complete(body) }); }
        catch ({ code = null, message, stack }) { return said({ code, message, stack }); }
      },
    },
  });
`;

/** What a plugin told of its question. */
export interface Heard {
  readonly answer?: { readonly text: string; readonly usage: unknown };
  readonly code?: string;
  readonly message?: string;
}

/** Has a signed plugin serve that asks models for whoever calls it, and answers its name. */
export async function serveAsking(
  plugins: PluginWorkspace,
  manifest: object = {},
  approval: object = {},
): Promise<string> {
  const name = uniqueName('acme.asks');
  const endpoints = [{ handler: 'ask', method: 'POST', path: '/ask', roles: ['viewer'] }];
  const digest = await plugins.put({
    ...{ name, code },
    manifest: { capabilities: ['llm'], endpoints, ...manifest },
  });
  await plugins.approve(name, digest, approval).expect(200);
  await plugins.becomes(name, { state: 'active' });
  return name;
}

/** Has the plugin ask, in somebody's name. */
export async function ask(
  space: PromptWorkspace,
  plugin: string,
  request: object,
  token = space.app.admin.token,
): Promise<Response> {
  return space.app
    .as(token, 'post', `/v1/plugins/${plugin}/ask`)
    .query({ project: space.project })
    .send(request);
}

/** The settings of an application that finds its providers at such a server. */
export function providersAt({ url }: WebhookReceiver): Readonly<Record<string, string>> {
  const { port } = new URL(url);
  const providers = {
    ...{ openai: `${url}/openai/v1`, anthropic: `${url}/anthropic/v1/` },
    ...{ local: `${url}/local`, inside: `http://127.0.0.2:${port}`, away: 'https://away.invalid' },
  };
  const list = Object.entries(providers).map(([slug, address]) => `${slug}=${address}`);
  return { PROMPTD_OUTBOUND_ALLOW: `127.0.0.1:${port}`, PROMPTD_PROVIDERS: list.join(',') };
}

/** Answers JSON. */
export const json =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Respond =>
  (_message, response) =>
    void response
      .writeHead(status, { 'Content-Type': 'application/json', ...headers })
      .end(JSON.stringify(body));

/** As OpenAI answers. */
export const chatCompletion = (content: unknown, usage: unknown = null) => ({
  ...{ id: 'chatcmpl-1', object: 'chat.completion', model: 'small-2026', usage },
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
});

/** As Anthropic answers. */
export const anthropicMessage = (text: unknown, usage: unknown = null) => ({
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'small-2026', usage },
  ...{ content: [{ type: 'text', text }], stop_reason: 'end_turn' },
});
