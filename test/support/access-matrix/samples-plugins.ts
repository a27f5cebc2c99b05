import { PluginKey } from '../plugins/plugin-key.js';
import type { Sample, World } from './world.js';

async function enrolled(world: World): Promise<string> {
  const { keyId } = await world.make('/v1/plugin-signers', PluginKey.generate().enrolment());
  return `/v1/plugin-signers/${String(keyId)}`;
}

/** Who vouches for plugins. */
export const pluginSamples: Readonly<Record<string, Sample>> = {
  'GET /v1/plugin-signers': { status: 200, request: () => ({ path: '/v1/plugin-signers' }) },
  'POST /v1/plugin-signers': {
    status: 201,
    request: () => ({ path: '/v1/plugin-signers', body: PluginKey.generate().enrolment() }),
  },
  'PATCH /v1/plugin-signers/:keyId': {
    status: 200,
    request: async (world) => ({ path: await enrolled(world), body: { status: 'retired' } }),
  },
  'DELETE /v1/plugin-signers/:keyId': {
    status: 204,
    request: async (world) => ({ path: await enrolled(world) }),
  },
};
