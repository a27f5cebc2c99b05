import type { Caller } from './callers.js';
import type { Sample, World } from './world.js';

const modals = '/v1/plugins/hello/-/modals';

/** What `hello`, which the application of the matrix serves, offers to developers. */
const greeting: Pick<Sample, 'personal' | 'alsoNeeds'> = {
  personal: true,
  alsoNeeds: ['plugin:use-as-developer'],
};

const nameIn = (project: string) => project.split('/').at(-1) ?? '';
const opening = (project: string) => ({ modal: 'greeting', project: nameIn(project) });

/** Sessions of the admin, for those who may not have one. One may have few. */
const ofAdmin = new WeakMap<World, Promise<string>>();

async function sessionOf(world: World, project: string, { client }: Caller): Promise<string> {
  const { status, body } = await client.send('POST', modals, opening(project));
  if (status === 201) return `${modals}/${String(body.id)}`;
  const known = ofAdmin.get(world) ?? world.make(modals, opening(project)).then(pathOf);
  ofAdmin.set(world, known);
  return known;
}

const pathOf = ({ id }: { readonly id: string }) => `${modals}/${id}`;

const about = (status: number, below: string, body?: object): Sample => ({
  ...{ status, ...greeting },
  request: async (world, project, caller) => ({
    path: (await sessionOf(world, project, caller)) + below,
    ...(body && { body }),
  }),
});

/** A request at a path that no plugin has, so that there is nothing for whoever may ask. */
const nowhere = (body?: object): Sample => ({
  status: 404,
  request: (_, project) => ({
    path: `/v1/plugins/hello/nowhere?project=${nameIn(project)}`,
    ...(body && { body }),
  }),
});

/** Who uses what plugins offer. */
export const pluginUseSamples: Readonly<Record<string, Sample>> = {
  'GET /v1/plugins/:plugin/*': {
    status: 200,
    request: (_, project) => ({
      path: `/v1/plugins/hello/greetings/ada?project=${nameIn(project)}`,
    }),
  },
  'POST /v1/plugins/:plugin/*': nowhere({}),
  'PUT /v1/plugins/:plugin/*': nowhere({}),
  'PATCH /v1/plugins/:plugin/*': nowhere({}),
  'DELETE /v1/plugins/:plugin/*': nowhere(),
  'GET /v1/plugins/:plugin/-/modals': {
    status: 200,
    scoped: true,
    request: () => ({ path: modals }),
  },
  'POST /v1/plugins/:plugin/-/modals': {
    ...{ status: 201, ...greeting },
    request: (_, project) => ({ path: modals, body: opening(project) }),
  },
  'GET /v1/plugins/:plugin/-/modals/:id': about(200, ''),
  'PATCH /v1/plugins/:plugin/-/modals/:id': about(200, '', {
    expectedVersion: 1,
    values: { who: 'Ada' },
  }),
  'DELETE /v1/plugins/:plugin/-/modals/:id': about(204, ''),
  'POST /v1/plugins/:plugin/-/modals/:id/actions/stop': about(204, '/actions/stop'),
  'POST /v1/plugins/:plugin/-/modals/:id/actions/:action': about(200, '/actions/greet', {
    expectedVersion: 1,
    input: { who: 'Ada' },
  }),
};

/** What is asked for on top, by the roles that an endpoint declares. */
export const pluginUseVariants: Readonly<Record<string, Sample>> = {
  'GET /v1/plugins/:plugin/* with an endpoint for admins': {
    status: 200,
    alsoNeeds: ['plugin:use-as-admin'],
    request: (_, project) => ({ path: `/v1/plugins/for-admins/it?project=${nameIn(project)}` }),
  },
  'POST /v1/plugins/:plugin/* with an endpoint that asks a model': {
    // There is no credential, which only those hear who may have a model asked.
    status: 200,
    alsoNeeds: ['model:call'],
    request: (_, project) => ({
      path: `/v1/plugins/asks-a-model/it?project=${nameIn(project)}`,
      body: {},
    }),
  },
};
