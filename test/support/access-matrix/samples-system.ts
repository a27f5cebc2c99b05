import { uniqueName } from '../prompt-workspace.js';
import type { Sample } from './world.js';

const credential = () => ({
  name: uniqueName('credential'),
  provider: 'openai',
  secret: 'not the secret of anybody',
});

const anybody = (path: string): Sample => ({ status: 200, request: () => ({ path }) });

/** What the program tells about itself. */
export const systemSamples: Readonly<Record<string, Sample>> = {
  'GET /live': anybody('/live'),
  'GET /ready': anybody('/ready'),
  'GET /health': anybody('/health'),
  'GET /metrics': anybody('/metrics'),
  'GET /problems': anybody('/problems'),
  'GET /problems/:code': anybody('/problems/not-found'),
  'GET /v1/version': anybody('/v1/version'),
  'GET /v1/audit': anybody('/v1/audit'),
  'GET /v1/audit/checkpoints': anybody('/v1/audit/checkpoints'),
  'GET /v1/audit/verify': anybody('/v1/audit/verify'),
  'GET /v1/audit/export': anybody('/v1/audit/export?type=none'),
  'GET /v1/projects/:project/audit/export': {
    status: 200,
    request: (_, project) => ({ path: `${project}/audit/export?type=none` }),
  },
  'GET /v1/keys': anybody('/v1/keys'),
  'GET /v1/secrets': anybody('/v1/secrets'),
  'POST /v1/secrets/rotate': anybody('/v1/secrets/rotate'),
  'GET /v1/providers': anybody('/v1/providers'),
  'GET /v1/projects/:project/credentials': {
    status: 200,
    request: (_, project) => ({ path: `${project}/credentials` }),
  },
  'POST /v1/projects/:project/credentials': {
    status: 201,
    request: (_, project) => ({ path: `${project}/credentials`, body: credential() }),
  },
  'DELETE /v1/projects/:project/credentials/:id': {
    status: 204,
    request: async (world, project) => {
      const { id } = await world.make(`${project}/credentials`, credential());
      return { path: `${project}/credentials/${String(id)}` };
    },
  },
  'GET /v1/projects/:project/audit': {
    status: 200,
    request: (_, project) => ({ path: `${project}/audit` }),
  },
};
