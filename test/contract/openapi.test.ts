import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildProgram, endPrograms, startProgram } from '../support/child-program.js';
import { serverRoutes } from '../support/server-routes.js';
import { standaloneApplication } from '../support/standalone-application.js';
import { findFaults, type OpenApiDocument, operationsOf } from './openapi-rules.js';

const file = join(import.meta.dirname, '..', '..', 'openapi.json');
const checkedIn = JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument;
const undocumented = /^GET \/(docs|openapi\.json)/;

// The first test of a run waits for the build.
jest.setTimeout(180_000);

describe('the description of the API', () => {
  let directory: string;
  let program: ChildProgram;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'promptd-openapi-'));
    program = await startProgram({ cwd: directory, environment: { PORT: '0' } });
  });
  afterAll(async () => {
    await endPrograms();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is served as it is checked in; `npm run generate` writes it anew', async () => {
    const response = await fetch(`${program.url}/openapi.json`);

    expect(response.headers.get('Content-Type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual(checkedIn);
  });

  it('lacks nothing that a client is generated from', () => {
    expect(findFaults(checkedIn)).toEqual([]);
  });

  it('has every route of the program and no other', async () => {
    const standalone = await standaloneApplication();
    const served = serverRoutes(standalone.application.nest);
    await standalone.close();

    const place = (route: string) => route.replace(/:[^/]+|\{[^/]+\}|\*$/g, '{}');
    expect(
      operationsOf(checkedIn)
        .map(({ route }) => place(route))
        .sort(),
    ).toEqual(
      served
        .filter((route) => !undocumented.test(route))
        .map(place)
        .sort(),
    );
  });

  it('tells the kinds of content apart by the values that they have', () => {
    expect(checkedIn.components.schemas.Content).toMatchObject({
      discriminator: {
        propertyName: 'kind',
        mapping: {
          text: '#/components/schemas/TextContent',
          chat: '#/components/schemas/ChatContent',
          structured: '#/components/schemas/StructuredContent',
        },
      },
    });
  });

  it('comes with a page whose every asset loads under its own policy', async () => {
    const page = await fetch(`${program.url}/docs`);
    const html = await page.text();
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => asset!);

    expect(page.status).toBe(200);
    expect(page.headers.get('Content-Type')).toMatch(/^text\/html/);
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) {
      const url = new URL(asset, page.url);
      expect(url.origin).toBe(program.url);
      const { status } = await fetch(url);
      expect(`${asset} ${status}`).toBe(`${asset} 200`);
    }
    // What a policy without 'unsafe-inline' would stop.
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  });
});
