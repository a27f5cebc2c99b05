import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';

jest.setTimeout(60_000);

const repository = join(import.meta.dirname, '..', '..');
// Inside the repository, so that the program finds the packages.
const cache = join(repository, 'node_modules', '.cache');

/** What a service would write that publishes a prompt and fetches it. */
const program = `
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
`;

interface Client {
  publishAndFetch(url: string, token: string): Promise<object>;
  fetchNothing(url: string, token: string): Promise<string | undefined>;
}

describe('a TypeScript client generated from openapi.json', () => {
  let directory: string;
  let app: FreshApplication;
  beforeAll(async () => {
    mkdirSync(cache, { recursive: true });
    directory = mkdtempSync(join(cache, 'promptd-client-'));
    const document = JSON.parse(readFileSync(join(repository, 'openapi.json'), 'utf8')) as OpenAPI3;
    writeFileSync(join(directory, 'api.ts'), astToString(await openapiTypescript(document)));
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    app = await freshApplication();
    await app.asAdmin('post', '/v1/projects').send({ name: 'generated' }).expect(201);
  });
  afterAll(async () => {
    await app.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Compiles a program beside the generated types; answers what the compiler complains about. */
  function compile(name: string, text: string): readonly string[] {
    const file = join(directory, `${name}.ts`);
    writeFileSync(file, text);
    const compilation = ts.createProgram([file], {
      strict: true,
      exactOptionalPropertyTypes: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2024,
      lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: [],
      skipLibCheck: true,
      noEmitOnError: true,
    });
    const emitted = compilation.emit();
    return [...ts.getPreEmitDiagnostics(compilation), ...emitted.diagnostics].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
    );
  }

  it('compiles, publishes a prompt and fetches it', async () => {
    expect(compile('client', program)).toEqual([]);

    const client = (await import(join(directory, 'client.js'))) as Client;

    expect(await client.publishAndFetch(app.url, app.admin.token)).toEqual({
      version: '1.0.0',
      ordinal: 1,
      text: 'Hello {{name}}',
      author: 'admin',
    });
    expect(await client.fetchNothing(app.url, app.admin.token)).toBe('not-found');
  });

  it.each([
    ["kind: 'text'", "kind: 'prose'", /"prose"/],
    ["text: 'Hello {{name}}'", "txt: 'Hello {{name}}'", /'txt' does not exist/],
    ["bump: 'auto'", "bmup: 'auto'", /'bmup' does not exist/],
    ['data.createdBy.name', 'data.createdBy.email', /'email' does not exist/],
  ])('does not compile with `%s` written as `%s`', (right, wrong, complaint) => {
    const complaints = compile('wrong', program.replace(right, wrong));

    expect(complaints.join('\n')).toMatch(complaint);
  });
});
