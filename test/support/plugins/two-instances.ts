import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildProgram, endPrograms, startProgram } from '../child-program.js';
import { adminCredentials } from '../fresh-application.js';
import { type FreshDatabase, freshDatabase } from '../fresh-database.js';
import { type Answer, HttpClient } from '../http-client.js';
import { until } from '../until.js';
import { PluginKey } from './plugin-key.js';
import { writeSidecar, writeTree } from './plugin-tree.js';
import { filesOf, packed, type Release } from './plugin-workspace.js';

/** What is decided on one of them has come to the other within so long. */
const WITHIN_MS = 5_000;

/** Two processes on one database, which trust one key and have one folder of plugins or one each. */
export class TwoInstances {
  readonly key = PluginKey.generate();

  private constructor(
    readonly programs: readonly [ChildProgram, ChildProgram],
    readonly admin: HttpClient,
    private readonly folders: readonly string[],
    private readonly directory: string,
    private readonly database: FreshDatabase,
  ) {}

  static async start(folders: readonly [string, string] = ['both', 'both']): Promise<TwoInstances> {
    const directory = await mkdtemp(join(tmpdir(), 'promptd-plugins-'));
    const database = await freshDatabase();
    const start = async (folder: string) => {
      await mkdir(join(directory, folder), { recursive: true });
      const environment = {
        PORT: '0',
        DATABASE_URL: database.url,
        PROMPTD_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
        PROMPTD_SECRET_KEY: Buffer.alloc(32, 8).toString('base64'),
        PROMPTD_ADMIN_PASSWORD: adminCredentials.password,
        PROMPTD_PLUGINS_DIR: join(directory, folder),
      };
      return startProgram({ cwd: directory, environment });
    };
    const first = await start(folders[0]);
    const programs = [first, await start(folders[1])] as const;
    const admin = await HttpClient.logIn(first.url, adminCredentials);
    const two = new TwoInstances(programs, admin, folders, directory, database);
    await admin.send('POST', '/v1/plugin-signers', two.key.enrolment());
    return two;
  }

  async end(): Promise<void> {
    await endPrograms();
    await this.database.drop();
    await rm(this.directory, { recursive: true });
  }

  /** Asks the first or the second of them. */
  at(index: 0 | 1): HttpClient {
    return this.admin.at(this.programs[index].url);
  }

  /** Writes the files and the sidecar into the folder of an instance; answers the digest of the tree. */
  async put(release: Release, index: 0 | 1 = 0): Promise<string> {
    const folder = join(this.directory, this.folders[index] ?? '');
    const tree = await writeTree(folder, release.name, filesOf(release));
    const found = packed(release);
    await writeSidecar(tree, this.key.signed(found));
    return found.treeDigest;
  }

  act(name: string, what: string, body: object = {}): Promise<Answer> {
    return this.admin.send('POST', `/v1/plugins/${name}/-/${what}`, body);
  }

  /** Puts it, approves it, and answers its digest when it serves on both. */
  async serve(release: Release): Promise<string> {
    const { name } = release;
    const treeDigest = await this.put(release);
    await this.everywhere(name, { state: 'pending-approval' });
    await this.act(name, 'approve', { treeDigest });
    await this.everywhere(name, { state: 'active', treeDigest });
    return treeDigest;
  }

  /** Resolves when the plugin looks like this on both of them. */
  async everywhere(name: string, expected: object): Promise<void> {
    await this.becomes(0, name, expected);
    await this.becomes(1, name, expected);
  }

  async becomes(index: 0 | 1, name: string, expected: object): Promise<void> {
    await until(
      async () => (await this.at(index).send('GET', `/v1/plugins/${name}`)).body,
      (seen) => Object.entries(expected).every(([field, value]) => seen?.[field] === value),
      WITHIN_MS,
    );
  }
}
