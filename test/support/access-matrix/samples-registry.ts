import { uniqueName } from '../prompt-workspace.js';
import type { Sample } from './world.js';

const content = { kind: 'text', text: 'This is new.' };

/** A request about a new prompt of its own. */
const aboutPrompt = (
  status: number,
  below: string,
  body?: object,
  more: Partial<Sample> = {},
): Sample => ({
  status,
  prompt: true,
  ...more,
  request: async (world, project) => ({
    path: (await world.prompt(project)) + below,
    ...(body && { body }),
  }),
});

const inProject = (status: number, below: string): Sample => ({
  status,
  request: (_, project) => ({ path: project + below }),
});

/** Prompts, versions and labels. */
export const registrySamples: Readonly<Record<string, Sample>> = {
  'GET /v1/prompts': { status: 200, scoped: true, request: () => ({ path: '/v1/prompts' }) },
  'GET /v1/projects/:project/prompts': inProject(200, '/prompts'),
  'GET /v1/projects/:project/tags': inProject(200, '/tags'),
  'GET /v1/projects/:project/events': inProject(200, '/events'),
  'GET /v1/projects/:project/changes': inProject(200, '/changes?since=0'),
  'POST /v1/projects/:project/prompts/batch-get': {
    status: 200,
    request: (_, project) => ({
      path: `${project}/prompts/batch-get`,
      body: { items: [{ prompt: 'nothing', selector: 'latest' }] },
    }),
  },
  'POST /v1/projects/:project/prompts': {
    status: 201,
    prompt: true,
    request: (_, project) => ({
      path: `${project}/prompts`,
      body: { name: `matrix/${uniqueName('prompt')}` },
    }),
  },
  'GET /v1/projects/:project/prompts/:name': aboutPrompt(200, ''),
  'PATCH /v1/projects/:project/prompts/:name': aboutPrompt(200, '', { description: 'new' }),
  'DELETE /v1/projects/:project/prompts/:name': aboutPrompt(204, ''),
  'POST /v1/projects/:project/prompts/:name/restore': aboutPrompt(200, '/restore'),
  'POST /v1/projects/:project/prompts/:name/clone': {
    status: 201,
    prompt: true,
    alsoNeeds: ['prompt:read', 'version:publish'],
    request: async (world, project) => ({
      path: `${await world.prompt(project)}/clone`,
      body: { name: `matrix/${uniqueName('clone')}` },
    }),
  },
  'PUT /v1/projects/:project/prompts/:name/tags': aboutPrompt(200, '/tags', { tags: ['new'] }),
  'GET /v1/projects/:project/prompts/:name/versions': aboutPrompt(200, '/versions'),
  'POST /v1/projects/:project/prompts/:name/versions': aboutPrompt(201, '/versions', {
    content,
    version: '1.0.2',
  }),
  'POST /v1/projects/:project/prompts/:name/versions/check': aboutPrompt(200, '/versions/check', {
    content,
  }),
  'GET /v1/projects/:project/prompts/:name/versions/:selector': aboutPrompt(200, '/versions/1.0.0'),
  'POST /v1/projects/:project/prompts/:name/versions/:selector/render': aboutPrompt(
    200,
    '/versions/stable/render',
    { variables: {} },
  ),
  'GET /v1/projects/:project/prompts/:name/diff': aboutPrompt(200, '/diff?from=1.0.0&to=1.0.1'),
  'PUT /v1/projects/:project/prompts/:name/versions/:version/yank': aboutPrompt(
    204,
    '/versions/1.0.1/yank',
    { reason: 'a mistake' },
  ),
  'DELETE /v1/projects/:project/prompts/:name/versions/:version/yank': aboutPrompt(
    204,
    '/versions/1.0.1/yank',
  ),
  'PUT /v1/projects/:project/prompts/:name/versions/:version/deprecation': aboutPrompt(
    204,
    '/versions/1.0.1/deprecation',
    { message: 'old' },
  ),
  'POST /v1/projects/:project/prompts/:name/versions/:version/purge': aboutPrompt(
    204,
    '/versions/1.0.1/purge',
    { reason: 'a leaked secret' },
  ),
  'GET /v1/projects/:project/prompts/:name/labels': aboutPrompt(200, '/labels'),
  'GET /v1/projects/:project/prompts/:name/labels/:label': aboutPrompt(200, '/labels/stable'),
  'GET /v1/projects/:project/prompts/:name/labels/:label/history': aboutPrompt(
    200,
    '/labels/stable/history',
  ),
  'POST /v1/projects/:project/prompts/:name/labels/:label/rollback': {
    status: 200,
    prompt: true,
    labels: ['stable'],
    request: async (world, project) => {
      const prompt = await world.prompt(project);
      await world.admin.send('PUT', `${prompt}/labels/stable`, { version: '1.0.1' });
      return { path: `${prompt}/labels/stable/rollback`, body: {} };
    },
  },
  'PUT /v1/projects/:project/prompts/:name/labels/:label': aboutPrompt(
    200,
    '/labels/new',
    { version: '1.0.0' },
    { labels: ['new'] },
  ),
  'DELETE /v1/projects/:project/prompts/:name/labels/:label': aboutPrompt(
    204,
    '/labels/stable',
    undefined,
    { labels: ['stable'] },
  ),
};
