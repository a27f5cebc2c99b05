import { somePassword } from '../people.js';
import { uniqueName } from '../prompt-workspace.js';
import type { Sample } from './world.js';

/** Users, sessions, projects, members and keys. */
export const accessSamples: Readonly<Record<string, Sample>> = {
  'POST /v1/auth/login': {
    status: 200,
    request: async (world) => ({
      path: '/v1/auth/login',
      body: { username: (await world.user()).username, password: somePassword },
    }),
  },
  'POST /v1/auth/refresh': {
    status: 200,
    request: async (world) => {
      const { username } = await world.user();
      const login = await world.make('/v1/auth/login', { username, password: somePassword });
      return { path: '/v1/auth/refresh', body: { refreshToken: String(login.refreshToken) } };
    },
  },
  'GET /v1/auth/methods': { status: 200, request: () => ({ path: '/v1/auth/methods' }) },
  // Without an identity provider there is nothing to begin or to end.
  'POST /v1/auth/oidc/authorize': {
    status: 404,
    request: () => ({
      path: '/v1/auth/oidc/authorize',
      body: { redirectUri: 'http://127.0.0.1:1/callback' },
    }),
  },
  'POST /v1/auth/oidc/token': {
    status: 404,
    request: () => ({
      path: '/v1/auth/oidc/token',
      body: { flow: 'x', callbackUrl: 'http://127.0.0.1:1/callback' },
    }),
  },
  'POST /v1/auth/logout': {
    status: 204,
    spendsCaller: true,
    request: () => ({ path: '/v1/auth/logout' }),
  },
  'GET /v1/auth/me': { status: 200, request: () => ({ path: '/v1/auth/me' }) },
  'PUT /v1/auth/password': {
    status: 204,
    spendsCaller: true,
    request: (_world, _project, { password }) => ({
      path: '/v1/auth/password',
      body: { currentPassword: password, newPassword: 'another password for tests' },
    }),
  },
  'GET /v1/auth/sessions': { status: 200, request: () => ({ path: '/v1/auth/sessions' }) },
  'DELETE /v1/auth/sessions': { status: 204, request: () => ({ path: '/v1/auth/sessions' }) },
  'DELETE /v1/auth/sessions/:id': {
    status: 204,
    spendsCaller: true,
    request: async (_world, _project, { client }) => {
      const { body } = await client.send('GET', '/v1/auth/sessions');
      return { path: `/v1/auth/sessions/${String(body.items?.[0]?.id)}` };
    },
  },
  'GET /v1/users': { status: 200, request: () => ({ path: '/v1/users' }) },
  'POST /v1/users': {
    status: 201,
    request: () => ({
      path: '/v1/users',
      body: { username: uniqueName('made'), password: somePassword },
    }),
  },
  'GET /v1/users/:id': {
    status: 200,
    request: async (world) => ({ path: `/v1/users/${(await world.user()).id}` }),
  },
  'PATCH /v1/users/:id': {
    status: 200,
    request: async (world) => ({
      path: `/v1/users/${(await world.user()).id}`,
      body: { instanceAdmin: true },
    }),
  },
  'DELETE /v1/users/:id': {
    status: 204,
    request: async (world) => ({ path: `/v1/users/${(await world.user()).id}` }),
  },
  'GET /v1/roles': { status: 200, request: () => ({ path: '/v1/roles' }) },
  'GET /v1/projects': { status: 200, request: () => ({ path: '/v1/projects' }) },
  'POST /v1/projects': {
    status: 201,
    request: () => ({ path: '/v1/projects', body: { name: uniqueName('made') } }),
  },
  'GET /v1/projects/:project': { status: 200, request: (_, project) => ({ path: project }) },
  'PATCH /v1/projects/:project': {
    status: 200,
    request: (_, project) => ({ path: project, body: { description: 'changed' } }),
  },
  'DELETE /v1/projects/:project': {
    status: 204,
    request: (_, project) => ({ path: project }),
    undo: async (world, { path }) => world.make(`${path}/restore`),
  },
  'POST /v1/projects/:project/restore': {
    status: 200,
    request: (_, project) => ({ path: `${project}/restore` }),
  },
  'GET /v1/projects/:project/members': {
    status: 200,
    request: (_, project) => ({ path: `${project}/members` }),
  },
  'PUT /v1/projects/:project/members/:user': {
    status: 200,
    request: async (world, project) => ({
      path: `${project}/members/${(await world.user()).username}`,
      body: { role: 'admin' },
    }),
  },
  'DELETE /v1/projects/:project/members/:user': {
    status: 204,
    request: async (world, project) => ({
      path: `${project}/members/${await world.member(project)}`,
    }),
  },
  'GET /v1/projects/:project/keys': {
    status: 200,
    request: (_, project) => ({ path: `${project}/keys` }),
  },
  'POST /v1/projects/:project/keys': {
    status: 201,
    request: (_, project) => ({ path: `${project}/keys`, body: { name: 'made' } }),
  },
  'POST /v1/projects/:project/keys/:id/rotate': {
    status: 200,
    request: async (world, project) => {
      const { id } = await world.make(`${project}/keys`, { name: 'to rotate' });
      return { path: `${project}/keys/${String(id)}/rotate`, body: {} };
    },
  },
  'DELETE /v1/projects/:project/keys/:id': {
    status: 204,
    request: async (world, project) => {
      const { id } = await world.make(`${project}/keys`, { name: 'to revoke' });
      return { path: `${project}/keys/${String(id)}` };
    },
  },
};
