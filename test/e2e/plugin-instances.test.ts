import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildProgram, endPrograms, startProgram } from '../support/child-program.js';
import { adminCredentials } from '../support/fresh-application.js';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { HttpClient } from '../support/http-client.js';
import { PluginKey } from '../support/plugins/plugin-key.js';
import { writeSidecar, writeTree } from '../support/plugins/plugin-tree.js';
import { filesOf, packed, type Release } from '../support/plugins/plugin-workspace.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

/** What an admin takes back is gone everywhere within so long. */
const WITHIN_MS = 5_000;

// SQLite refuses a second process.
const onServers = databaseUnderTest() === 'sqlite' ? describe.skip : describe;

onServers('two instances with one folder of plugins', () => {
  let directory: string;
  let database: FreshDatabase;
  let programs: readonly ChildProgram[];
  let admin: HttpClient;
  /** Of each test its own, as its plugin is. */
  let key: PluginKey;
  let name: string;
  let next = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promptd-plugins-'));
    await mkdir(join(directory, 'plugins'));
    database = await freshDatabase();
    await startBoth();
  });
  afterAll(async () => {
    await endPrograms();
    await database.drop();
    await rm(directory, { recursive: true });
  });
  beforeEach(async () => {
    next += 1;
    name = `acme.shared-${next}`;
    key = PluginKey.generate();
    await admin.send('POST', '/v1/plugin-signers', key.enrolment());
    const treeDigest = await put({ name });
    await everywhere({ state: 'pending-approval' });
    await admin.send('POST', `/v1/plugins/${name}/-/approve`, { treeDigest });
    await everywhere({ state: 'active', treeDigest });
  });

  async function startBoth(): Promise<void> {
    const start = () =>
      startProgram({
        cwd: directory,
        environment: {
          PORT: '0',
          DATABASE_URL: database.url,
          PROMPTD_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
          PROMPTD_SECRET_KEY: Buffer.alloc(32, 8).toString('base64'),
          PROMPTD_ADMIN_PASSWORD: adminCredentials.password,
          PROMPTD_PLUGINS_DIR: join(directory, 'plugins'),
        },
      });
    const first = await start();
    programs = [first, await start()];
    admin = await HttpClient.logIn(first.url, adminCredentials);
  }

  async function put(release: Release): Promise<string> {
    const tree = await writeTree(join(directory, 'plugins'), release.name, filesOf(release));
    const found = packed(release);
    await writeSidecar(tree, key.signed(found));
    return found.treeDigest;
  }

  /** Resolves when the plugin looks like this on both of them. */
  async function everywhere(expected: object): Promise<void> {
    for (const { url } of programs) {
      await until(
        async () => (await admin.at(url).send('GET', `/v1/plugins/${name}`)).body,
        (seen) => Object.entries(expected).every(([field, value]) => seen?.[field] === value),
        WITHIN_MS,
      );
    }
  }

  it('both stop what a revoked key signed, and start it no more', async () => {
    await admin.send('DELETE', `/v1/plugin-signers/${key.keyId}`);
    await everywhere({ state: 'rejected', reason: 'revoked' });
  });

  it('both stop what lost its approval', async () => {
    await admin.send('DELETE', `/v1/plugins/${name}`);
    await everywhere({ state: 'pending-approval' });
  });

  it('both turn a plugin off and on, whichever is asked', async () => {
    await admin.at(programs[1]!.url).send('POST', `/v1/plugins/${name}/-/disable`);
    await everywhere({ state: 'disabled' });
    await admin.send('POST', `/v1/plugins/${name}/-/enable`);
    await everywhere({ state: 'active' });
  });

  it('both take up a release that one was told to', async () => {
    const treeDigest = await put({ name, releaseSeq: 2 });
    const asked = admin.at(programs[1]!.url);
    const path = `/v1/plugins/${name}/-/approve`;
    expect(await asked.send('POST', path, { treeDigest })).toMatchObject({ status: 200 });
    await everywhere({ state: 'active', treeDigest });
  });

  it('leave no runner behind when they are stopped', async () => {
    const ends = await Promise.all(programs.map(({ stop }) => stop()));
    expect(ends).toMatchObject([{ code: 0 }, { code: 0 }]);
    await startBoth();
  });
});
