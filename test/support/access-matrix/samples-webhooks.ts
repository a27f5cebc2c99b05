import { until } from '../until.js';
import type { Sample, World } from './world.js';

/** Where nobody listens; the application of the matrix may call it. */
export const deadEnd = '127.0.0.1:1';
const webhook = { url: `http://${deadEnd}/hook` };

async function makeWebhook(world: World, project: string): Promise<string> {
  const { id } = await world.make(`${project}/webhooks`, webhook);
  return `${project}/webhooks/${String(id)}`;
}

/** A delivery of a new webhook, as soon as there is one. */
async function makeDelivery(world: World, project: string): Promise<string> {
  const path = `${await makeWebhook(world, project)}/deliveries`;
  await world.prompt(project);
  const { body } = await until(
    () => world.admin.send('GET', path),
    (answer) => answer.body.items.length > 0,
  );
  return `${path}/${String(body.items[0].id)}`;
}

/** A project may not have many, and everybody makes some. */
const removeAll: Sample['undo'] = async (world, { path }) => {
  const [project = ''] = path.split('/webhooks');
  const { body } = await world.admin.send('GET', `${project}/webhooks`);
  for (const { id } of body.items) {
    await world.admin.send('DELETE', `${project}/webhooks/${String(id)}`);
  }
};

const about = (status: number, below: string, body?: object): Sample => ({
  status,
  undo: removeAll,
  request: async (world, project) => ({
    path: (await makeWebhook(world, project)) + below,
    ...(body && { body }),
  }),
});

/** Webhooks and their deliveries. */
export const webhookSamples: Readonly<Record<string, Sample>> = {
  'GET /v1/projects/:project/webhooks': {
    status: 200,
    request: (_, project) => ({ path: `${project}/webhooks` }),
  },
  'POST /v1/projects/:project/webhooks': {
    status: 201,
    undo: removeAll,
    request: (_, project) => ({ path: `${project}/webhooks`, body: webhook }),
  },
  'GET /v1/projects/:project/webhooks/:id': {
    status: 200,
    request: async (world, project) => ({ path: await makeWebhook(world, project) }),
  },
  'PATCH /v1/projects/:project/webhooks/:id': about(200, '', { description: 'new' }),
  'DELETE /v1/projects/:project/webhooks/:id': about(204, ''),
  'POST /v1/projects/:project/webhooks/:id/rotate-secret': about(200, '/rotate-secret', {}),
  'POST /v1/projects/:project/webhooks/:id/ping': about(200, '/ping'),
  'GET /v1/projects/:project/webhooks/:id/deliveries': {
    status: 200,
    request: async (world, project) => ({
      path: `${await makeWebhook(world, project)}/deliveries`,
    }),
  },
  'POST /v1/projects/:project/webhooks/:id/deliveries/:delivery/redeliver': {
    status: 200,
    undo: removeAll,
    request: async (world, project) => ({
      path: `${await makeDelivery(world, project)}/redeliver`,
    }),
  },
};
