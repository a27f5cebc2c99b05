import { HttpClient } from '../http-client.js';
import { uniqueName } from '../prompt-workspace.js';
import type { Caller } from './callers.js';
import type { Sample, World } from './world.js';

const reason = 'the matrix asks for it';
const nameOf = (prompt: string) => decodeURIComponent(prompt.split('/').at(-1) ?? '');

/** A label of the project that moves by one approval alone. */
async function protectedLabel(world: World, project: string): Promise<string> {
  const label = uniqueName('label');
  const policy = { movers: ['developer', 'key'], approvals: 1 };
  await world.admin.send('PUT', `${project}/label-policies/${label}`, policy);
  return label;
}

async function promotionOf(world: World, project: string, label: string): Promise<object> {
  const prompt = nameOf(await world.prompt(project));
  return { moves: [{ prompt, label, version: '1.0.0' }], reason };
}

/** A promotion that waits: the client's own where it may ask for one, else somebody else's. */
async function pending(world: World, project: string, client: HttpClient): Promise<string> {
  const body = await promotionOf(world, project, await protectedLabel(world, project));
  const own = await client.send('POST', `${project}/promotions`, body);
  const { id } = own.status === 201 ? own.body : await world.make(`${project}/promotions`, body);
  return `${project}/promotions/${String(id)}`;
}

/** A promotion that neither was asked for by a caller nor has a version that a caller published. */
const ofAnother =
  (below: string, body?: object): Sample['request'] =>
  async (world, project) => {
    const { url, author } = world;
    const path = await pending(world, project, new HttpClient(url, author.token));
    return { path: path + below, ...(body && { body }) };
  };

const ofOwn = async (world: World, project: string, { client }: Caller) => ({
  path: await pending(world, project, client),
});

const breakingGlass = async (world: World, project: string) => {
  const label = await protectedLabel(world, project);
  return { prompt: await world.prompt(project), label, body: { breakGlass: true, reason } };
};

/** The same routes once more, asked for what takes more than the route declares. */
export const protectionVariants: Readonly<Record<string, Sample>> = {
  'PUT /v1/projects/:project/prompts/:name/labels/:label with breakGlass': {
    status: 200,
    prompt: true,
    labels: ['of a policy'],
    alsoNeeds: ['label:break-glass'],
    request: async (world, project) => {
      const { prompt, label, body } = await breakingGlass(world, project);
      return { path: `${prompt}/labels/${label}`, body: { ...body, version: '1.0.0' } };
    },
  },
  'POST /v1/projects/:project/releases with breakGlass': {
    status: 201,
    prompt: true,
    labels: ['of a policy'],
    alsoNeeds: ['label:break-glass'],
    request: async (world, project) => {
      const { prompt, label, body } = await breakingGlass(world, project);
      const moves = [{ prompt: nameOf(prompt), label, version: '1.0.0' }];
      return { path: `${project}/releases`, body: { ...body, moves } };
    },
  },
};

/** Label policies, promotions and releases. */
export const protectionSamples: Readonly<Record<string, Sample>> = {
  'GET /v1/projects/:project/label-policies': {
    status: 200,
    request: (_, project) => ({ path: `${project}/label-policies` }),
  },
  'GET /v1/projects/:project/label-policies/:label': {
    status: 200,
    request: async (world, project) => ({
      path: `${project}/label-policies/${await protectedLabel(world, project)}`,
    }),
  },
  'PUT /v1/projects/:project/label-policies/:label': {
    status: 200,
    request: (_, project) => ({
      path: `${project}/label-policies/${uniqueName('label')}`,
      body: { movers: ['admin'] },
    }),
  },
  'DELETE /v1/projects/:project/label-policies/:label': {
    status: 204,
    request: async (world, project) => ({
      path: `${project}/label-policies/${await protectedLabel(world, project)}`,
    }),
  },
  'GET /v1/projects/:project/promotions': {
    status: 200,
    request: (_, project) => ({ path: `${project}/promotions` }),
  },
  'GET /v1/projects/:project/promotions/:id': {
    status: 200,
    prompt: true,
    request: ofAnother(''),
  },
  'POST /v1/projects/:project/promotions': {
    status: 201,
    prompt: true,
    labels: ['of a policy'],
    request: async (world, project) => ({
      path: `${project}/promotions`,
      body: await promotionOf(world, project, await protectedLabel(world, project)),
    }),
  },
  'POST /v1/projects/:project/promotions/:id/approve': {
    status: 200,
    request: ofAnother('/approve', {}),
  },
  'POST /v1/projects/:project/promotions/:id/reject': {
    status: 200,
    request: ofAnother('/reject', { reason }),
  },
  'DELETE /v1/projects/:project/promotions/:id': {
    status: 204,
    prompt: true,
    labels: ['of a policy'],
    alsoNeeds: ['prompt:read'],
    spendsCaller: true,
    request: ofOwn,
  },
  'POST /v1/projects/:project/releases': {
    status: 201,
    prompt: true,
    labels: ['new'],
    request: async (world, project) => ({
      path: `${project}/releases`,
      body: await promotionOf(world, project, 'new'),
    }),
  },
};
