import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace, signInNewUser } from '../support/prompt-workspace.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
});

const clone = (body: object, token?: string) =>
  work.prompt('post', 'source', '/clone', token).send(body);
const versionOf = async (name: string, version: string, from = work) =>
  (await from.prompt('get', name, `/versions/${version}`).expect(200)).body;

it('makes a prompt whose first version has the content of the latest and says so', async () => {
  await work.create('source', { description: 'Greets', owner: 'me', tags: ['b', 'a'] });
  await work.publish('source', '1.0.0');
  const latest = await work.publish('source', '1.1.0', { labels: ['production'], changelog: 'x' });
  await work.publish('source', '2.0.0-rc.1');

  const cloned = await clone({ name: 'copies/one' });
  expect(cloned.status).toBe(201);
  expect(cloned.headers.location).toBe(`/v1/projects/${work.project}/prompts/copies%2Fone`);
  expect(cloned.body).toMatchObject({
    name: 'copies/one',
    description: 'Greets',
    owner: null,
    tags: ['a', 'b'],
    latest: '1.0.0',
    labels: {},
    versionCount: 1,
  });
  expect(await versionOf('copies/one', '1.0.0')).toMatchObject({
    ordinal: 1,
    content: latest.content,
    digest: latest.digest,
    changelog: null,
    provenance: { clonedFrom: `${work.project}/source@1.1.0`, digest: latest.digest },
  });
});

it('is one change: the prompt and its version have one revision', async () => {
  await work.publish('source', '1.0.0');
  await clone({ name: 'copy' }).expect(201);
  const [created, published] = (await work.promptEvents()).slice(-2);
  expect([created?.type, published?.type]).toEqual(['prompt.created', 'prompt.version.published']);
  expect(published?.revision).toBe(created?.revision);
});

it.each([
  ['a label', 'staging', '1.0.0'],
  ['a range', '~1.0.0', '1.0.1'],
  ['an exact version', '2.0.0-rc.1', '2.0.0-rc.1'],
])('copies the version that %s finds', async (_, version, found) => {
  await work.publish('source', '1.0.0', { labels: ['staging'] });
  await work.publish('source', '1.0.1');
  await work.publish('source', '2.0.0-rc.1');
  await clone({ name: 'copy', version }).expect(201);
  const { provenance } = await versionOf('copy', '1.0.0');
  expect(provenance.clonedFrom).toBe(`${work.project}/source@${found}`);
});

it('copies an archived prompt into another project', async () => {
  const source = await work.publish('source', '1.0.0');
  await work.prompt('delete', 'source').expect(204);
  const other = await PromptWorkspace.create(app);
  const cloned = await clone({ name: 'source', project: other.project }).expect(201);
  expect(cloned.body).toMatchObject({ project: other.project, archived: false });
  expect((await versionOf('source', 'latest', other)).digest).toBe(source.digest);
});

it('takes no name that the target has, archived or empty, and changes nothing there', async () => {
  await work.publish('source', '1.0.0');
  await work.publish('live', '1.0.0');
  await work.create('empty');
  await work.create('old');
  await work.prompt('delete', 'old').expect(204);
  const before = await work.promptEvents();
  for (const name of ['source', 'live', 'empty', 'old']) {
    const refused = await clone({ name });
    expect([refused.status, refused.body.code]).toEqual([409, 'prompt-exists']);
  }
  expect(await work.promptEvents()).toEqual(before);
});

it('lets one of many clones have a name', async () => {
  await work.publish('source', '1.0.0');
  const answers = await Promise.all(Array.from({ length: 10 }, () => clone({ name: 'copy' })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
  expect((await work.prompt('get', 'copy')).body).toMatchObject({ versionCount: 1 });
});

it.each([
  [400, 'validation-failed', { name: 'No Name' }],
  [400, 'validation-failed', {}],
  [400, 'validation-failed', { name: 'copy', label: 'production' }],
  [400, 'invalid-selector', { name: 'copy', version: '*' }],
  [404, 'unknown-selector', { name: 'copy', version: '^9' }],
  [410, 'version-purged', { name: 'copy', version: '1.0.0' }],
  [404, 'not-found', { name: 'copy', version: '1.0.1', project: 'nowhere' }],
])('answers %i %s to %j and leaves nothing behind', async (status, code, body) => {
  await work.publish('source', '1.0.0');
  await work.publish('source', '1.0.1');
  await work
    .prompt('post', 'source', '/versions/1.0.0/purge')
    .send({ reason: 'a secret' })
    .expect(204);
  const refused = await clone(body);
  expect([refused.status, refused.body.code]).toEqual([status, code]);
  await work.prompt('get', 'copy').expect(404);
});

it('refuses an archived project as the target', async () => {
  await work.publish('source', '1.0.0');
  const other = await PromptWorkspace.create(app);
  await other.request('delete', '').expect(204);
  const refused = await clone({ name: 'copy', project: other.project });
  expect([refused.status, refused.body.code]).toEqual([409, 'project-archived']);
});

it('needs the right to read here and to publish there', async () => {
  await work.publish('source', '1.0.0');
  const other = await PromptWorkspace.create(app);
  const body = { name: 'copy', project: other.project };
  const { username, token } = await signInNewUser(app);
  await other.addMember(username, 'developer');
  await clone(body, token).expect(404);
  await work.addMember(username, 'viewer');
  await clone({ name: 'copy' }, token).expect(403);
  await clone(body, token).expect(201);
  await other.addMember(username, 'viewer');
  await clone({ ...body, name: 'copy-2' }, token).expect(403);
});

it('keeps an API key to its verbs, its patterns and its project', async () => {
  await work.publish('source', '1.0.0');
  const other = await PromptWorkspace.create(app);
  const prompts = ['source', 'copies/*'];
  const key = await work.makeKey({ verbs: ['read', 'publish'], prompts });
  await clone({ name: 'copies/one' }, key).expect(201);
  await clone({ name: 'elsewhere' }, key).expect(404);
  await clone({ name: 'copies/one', project: other.project }, key).expect(404);
  const reader = await work.makeKey({ verbs: ['read'], prompts });
  await clone({ name: 'copies/two' }, reader).expect(403);
});
