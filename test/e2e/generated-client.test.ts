import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { type Client, clientProgram } from '../support/client-program.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { servePlugin, shippedPackage } from '../support/plugins/served-plugin.js';
import { endRunners } from '../support/sandboxed-plugin.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

/** That the program fits the API's types, test/contract shows; here it runs. */
describe('a TypeScript client generated from openapi.json', () => {
  // Inside the repository, so that the program finds the packages.
  const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache');
  let directory: string;
  let app: FreshApplication;
  let client: Client;
  beforeAll(async () => {
    mkdirSync(cache, { recursive: true });
    directory = mkdtempSync(join(cache, 'promptd-client-'));
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    app = await freshApplication();
    await app.asAdmin('post', '/v1/projects').send({ name: 'generated' }).expect(201);
    const { outputText } = ts.transpileModule(clientProgram, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2024 },
    });
    const file = join(directory, 'client.js');
    writeFileSync(file, outputText);
    client = (await import(file)) as Client;
  });
  afterAll(async () => {
    await app.close();
    await endRunners();
    rmSync(directory, { recursive: true, force: true });
  });

  it('publishes a prompt and fetches it', async () => {
    expect(await client.publishAndFetch(app.url, app.admin.token)).toEqual({
      version: '1.0.0',
      ordinal: 1,
      text: 'Hello {{name}}',
      author: 'admin',
    });
    expect(await client.fetchNothing(app.url, app.admin.token)).toBe('not-found');
  });

  it('asks an endpoint of a plugin whose path has several segments', async () => {
    await servePlugin(app, await shippedPackage('hello'));

    expect(await client.greet(app.url, app.admin.token, 'Ada')).toMatchObject({
      greeting: expect.stringContaining('Ada'),
      project: 'generated',
    });
  });
});
