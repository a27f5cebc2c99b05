import fc from 'fast-check';
import { CachedVersions } from '../../src/delivery/cache/cached-versions.js';
import { StoredVersions } from '../../src/delivery/cache/stored-versions.js';
import type { VersionSource, Wanted } from '../../src/delivery/cache/version-source.port.js';
import { systemContext } from '../../src/platform/authorization/index.js';
import { Database } from '../../src/platform/database/index.js';
import { Problem } from '../../src/platform/errors/index.js';
import { parseSelector } from '../../src/registry/index.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { newProject } from '../support/people.js';
import { PromptWorkspace, uniqueName } from '../support/prompt-workspace.js';

const selectors = [
  ...['1.0.0', '1.1.0-rc.1', '1.1.0', '2.0.0', '9.9.9', 'latest', 'production', 'staging'],
  ...['^1', '~1.1.0', '>=1 <3', '>=1.1.0-rc.1', 'staging,production,latest', 'nope,^2,1.0.0'],
];

type Step =
  | { readonly do: 'publish'; readonly version: string }
  | { readonly do: 'label'; readonly label: string; readonly version: string }
  | { readonly do: 'yank' | 'unyank' | 'deprecate' | 'purge'; readonly version: string };

const version = fc.constantFrom('1.0.0', '1.1.0-rc.1', '1.1.0', '2.0.0');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('publish' as const), version }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('label' as const),
      label: fc.constantFrom('production', 'staging'),
      version,
    }),
  },
  fc.record({ do: fc.constantFrom('yank', 'unyank', 'deprecate', 'purge'), version }),
);

describe('versions in memory and in the database', () => {
  let app: FreshApplication;
  let work: PromptWorkspace;
  let cached: CachedVersions;
  let stored: StoredVersions;
  beforeAll(async () => {
    app = await freshApplication();
    work = await PromptWorkspace.create(app);
    cached = app.application.nest.get(CachedVersions, { strict: false });
    stored = app.application.nest.get(StoredVersions, { strict: false });
  });
  afterAll(() => app.close());

  const ctx = systemContext('test');
  const projectIdOf = async (name: string) => {
    const { body } = await app.asAdmin('get', `/v1/projects/${name}`).expect(200);
    return String(body.id);
  };

  /** What a reader would get, whole, or why not. */
  async function shown(source: VersionSource, wanted: Wanted) {
    try {
      const found = await source.find(ctx, wanted);
      return { found, body: await source.body(ctx, wanted, found) };
    } catch (error) {
      if (error instanceof Problem) return { code: error.code, detail: error.message };
      throw error;
    }
  }

  /** Some steps are refused, such as yanking what a label points to, and change nothing. */
  async function take(name: string, taken: Step): Promise<void> {
    const below = (path: string) => `/versions/${taken.version}/${path}`;
    switch (taken.do) {
      case 'publish': {
        const content = { kind: 'text', text: `This is ${taken.version}.` };
        await work.prompt('post', name, '/versions').send({ content, version: taken.version });
        return;
      }
      case 'label':
        await work.prompt('put', name, `/labels/${taken.label}`).send({ version: taken.version });
        return;
      case 'yank':
        await work.prompt('put', name, below('yank')).send({ reason: 'bad' });
        return;
      case 'unyank':
        await work.prompt('delete', name, below('yank'));
        return;
      case 'deprecate':
        await work.prompt('put', name, below('deprecation')).send({ message: 'old' });
        return;
      case 'purge':
        await work.prompt('post', name, below('purge')).send({ reason: 'leak' });
    }
  }

  it('are the same for every selector after every write', async () => {
    const id = await projectIdOf(work.project);
    const project = { id, name: work.project, archived: false, actingAs: 'system' } as const;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
        const name = uniqueName('walk');
        for (const taken of steps) {
          await take(name, taken);
          for (const selectorText of selectors) {
            const selector = parseSelector(selectorText);
            const wanted = { project, name, selector, selectorText, conditional: false };
            expect(await shown(cached, wanted)).toEqual(await shown(stored, wanted));
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  it('are none for a prompt without versions, and none for a prompt that is not there', async () => {
    await work.create('empty');
    const id = await projectIdOf(work.project);
    const project = { id, name: work.project, archived: false, actingAs: 'system' } as const;
    for (const [name, code] of [
      ['empty', 'unknown-selector'],
      ['missing', 'not-found'],
    ] as const) {
      const selector = parseSelector('latest');
      const wanted = { project, name, selector, selectorText: 'latest', conditional: true };
      for (const source of [cached, stored]) {
        expect(await shown(source, wanted)).toMatchObject({ code });
      }
    }
  });
});

describe('without the read cache', () => {
  it('reads are answered alike, with one statement for each', async () => {
    const app = await freshApplication({ PROMPTD_READ_CACHE: 'off' });
    await newProject(app, 'p');
    const path = '/v1/projects/p/prompts/q/versions';
    const content = { kind: 'text', text: 'Stored.' };
    const sent = { content, version: '1.0.0', labels: ['production'] };
    const published = await app.asAdmin('post', path).send(sent).expect(201);
    const etag = String(published.headers.etag);
    const read = jest.spyOn(app.application.nest.get(Database), 'query');
    for (const selector of ['1.0.0', 'latest', 'production']) {
      read.mockClear();
      const answer = await app.asAdmin('get', `${path}/${selector}`).expect(200);
      expect(read).toHaveBeenCalledTimes(1);
      expect(answer.headers.etag).toBe(etag);
      expect(answer.body).toEqual(published.body);
      await app.asAdmin('get', `${path}/${selector}`).set('If-None-Match', etag).expect(304);
    }
    await app.asAdmin('get', `${path}/9.9.9`).expect(404);
    await app.close();
  });
});
