import { problem } from '../expect-problem.js';
import { type PromptWorkspace, uniqueName } from '../prompt-workspace.js';

/** What the plugins here have to be asked at. */
export const guardedEvent = 'version.beforePublish';

/** What a manifest declares of a plugin that has to be asked before anything is published. */
export const guard = (onError = 'deny') => ({
  capabilities: ['prompts:read'],
  hooks: [{ event: guardedEvent, kind: 'veto', onError }],
});

/** The module of a plugin that lets everything pass, or decides as is given. */
export const guarding = (before = '', decision = `{ decision: 'allow' }`) => `
import { definePlugin, registry } from 'promptd:api';
${before}
export default definePlugin({
  endpoints: { say: async () => registry.prompts.list({}) },
  hooks: { '${guardedEvent}': async () => (${decision}) },
});
`;

/** Publishes a prompt of a new name. */
export function publish(space: PromptWorkspace, prompt = uniqueName('guarded')) {
  const body = { content: { kind: 'text', text: 'Hello.' }, version: '1.0.0' };
  return space.prompt('post', prompt, '/versions').send(body);
}

/** What the plugin guards waits, nothing was changed, and whoever waits is told what to do. */
export async function expectHeld(
  space: PromptWorkspace,
  plugin: string,
  told = /disable or delete/,
): Promise<void> {
  const prompt = uniqueName('guarded');
  const refused = await publish(space, prompt);
  problem(503, 'veto-failed', { plugin, hook: guardedEvent })(refused);
  expect(refused.headers['retry-after']).toBe('1');
  expect(refused.body.detail).toMatch(told);
  await space.prompt('get', prompt).expect(404);
}
