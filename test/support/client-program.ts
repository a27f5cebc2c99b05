/** What a service would write that publishes a prompt and fetches it. */
export const clientProgram = `
  import createClient from 'openapi-fetch';
  import type { paths } from './api.js';

  export async function publishAndFetch(baseUrl: string, token: string) {
    const client = createClient<paths>({ baseUrl, headers: { Authorization: \`Bearer \${token}\` } });
    const params = { path: { project: 'generated', name: 'support/greeting' } };
    const published = await client.POST('/v1/projects/{project}/prompts/{name}/versions', {
      params,
      body: {
        content: {
          kind: 'text',
          text: 'Hello {{name}}',
          variables: [{ name: 'name', type: 'string' }],
          outputSchema: { type: 'string' },
          model: { name: 'any', parameters: { temperature: 0.2 } },
        },
        bump: 'auto',
        labels: ['production'],
      },
    });
    if (published.error) throw new Error(published.error.code);

    const path = { ...params.path, selector: 'production' };
    const { data, error } = await client.GET(
      '/v1/projects/{project}/prompts/{name}/versions/{selector}',
      { params: { path } },
    );
    if (error) throw new Error(\`\${error.status} \${error.code}\`);
    const text: string = data.content.kind === 'text' ? data.content.text : '';
    const author: string = data.createdBy.name;
    return { version: data.version, ordinal: data.ordinal, text, author };
  }

  export async function fetchNothing(baseUrl: string, token: string): Promise<string | undefined> {
    const client = createClient<paths>({ baseUrl, headers: { Authorization: \`Bearer \${token}\` } });
    const path = { project: 'generated', name: 'nothing' };
    const { error } = await client.GET('/v1/projects/{project}/prompts/{name}', { params: { path } });
    return error?.code;
  }

  export async function greet(baseUrl: string, token: string, who: string): Promise<unknown> {
    const client = createClient<paths>({ baseUrl, headers: { Authorization: \`Bearer \${token}\` } });
    const path = { plugin: 'hello', path: \`greetings/\${who}\` };
    const params = { path, query: { project: 'generated' } };
    const { data, response } = await client.GET('/v1/plugins/{plugin}/{path}', { params });
    return response.ok ? data : response.status;
  }
`;

export interface Client {
  publishAndFetch(url: string, token: string): Promise<object>;
  fetchNothing(url: string, token: string): Promise<string | undefined>;
  greet(url: string, token: string, who: string): Promise<unknown>;
}
