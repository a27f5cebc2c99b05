import { PluginKey } from '../plugins/plugin-key.js';
import type { Sample, World } from './world.js';

async function enrolled(world: World): Promise<string> {
  const { keyId } = await world.make('/v1/plugin-signers', PluginKey.generate().enrolment());
  return `/v1/plugin-signers/${String(keyId)}`;
}

/** There is no such plugin, which only those hear who may ask. */
const absent = (rest = '', body?: object): Sample => ({
  status: 404,
  request: () => ({ path: `/v1/plugins/absent${rest}`, ...(body && { body }) }),
});

const operated = (rest: string): Sample => ({
  status: 404,
  request: (_, project) => ({
    path: `/v1/plugins/absent/-/${rest}?project=${project.split('/').at(-1)}`,
  }),
});

/** Who vouches for plugins, and what is done with them. */
export const pluginSamples: Readonly<Record<string, Sample>> = {
  'GET /v1/plugins': { status: 200, request: () => ({ path: '/v1/plugins' }) },
  'GET /v1/plugins/:plugin': absent(),
  'DELETE /v1/plugins/:plugin': absent(),
  'POST /v1/plugins/-/rescan': {
    status: 200,
    request: () => ({ path: '/v1/plugins/-/rescan' }),
  },
  'POST /v1/plugins/:plugin/-/load': absent('/-/load'),
  'POST /v1/plugins/:plugin/-/reload': absent('/-/reload'),
  'POST /v1/plugins/:plugin/-/enable': absent('/-/enable'),
  'POST /v1/plugins/:plugin/-/disable': absent('/-/disable'),
  'POST /v1/plugins/:plugin/-/approve': absent('/-/approve', {
    treeDigest: `sha256:${'0'.repeat(64)}`,
  }),
  'GET /v1/plugins/:plugin/-/health': operated('health'),
  'POST /v1/plugins/:plugin/-/check': operated('check'),
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
