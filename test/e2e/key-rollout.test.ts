import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyEncryptionKeys } from '../../src/platform/secrets/key-encryption-keys.js';
import { SecretBox } from '../../src/platform/secrets/secret-box.js';
import { type ChildProgram, endPrograms, startProgram } from '../support/child-program.js';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { HttpClient, outcomes, together } from '../support/http-client.js';
import { RawDatabase } from '../support/raw-database.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const password = 'correct horse battery staple';
const bytes = (byte: number) => Buffer.alloc(32, byte);
const base64 = (byte: number) => bytes(byte).toString('base64');
const [oldKey, newKey] = [1, 2];
/** What each instance is asked to keep in every step. */
const WRITES = 10;

// SQLite has one process, and a restart is no rollout.
const onServers = databaseUnderTest() === 'sqlite' ? describe.skip : describe;

onServers('a key that changes while two instances run', () => {
  let directory: string;
  let database: FreshDatabase;
  let raw: RawDatabase;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'promptd-rollout-'));
    database = await freshDatabase();
    raw = await RawDatabase.open(database);
  });
  afterEach(async () => {
    await endPrograms();
    await raw.close();
    await database.drop();
    rmSync(directory, { recursive: true, force: true });
  });

  const start = (current: number, ...old: readonly number[]) =>
    startProgram({
      cwd: directory,
      environment: {
        PORT: '0',
        DATABASE_URL: database.url,
        PROMPTD_MIGRATE: 'check',
        PROMPTD_ADMIN_PASSWORD: password,
        PROMPTD_SIGNING_KEY: base64(7),
        PROMPTD_SECRET_KEY: base64(current),
        PROMPTD_SECRET_KEYS_OLD: old.map(base64).join(','),
      },
    });

  const secretOf = (name: string) => `the secret value of ${name}`;

  it('fails nothing in any step of the rollout, and leaves nothing under the old key', async () => {
    let fleet = await Promise.all([start(oldKey), start(oldKey)]);
    const admin = await HttpClient.logIn(fleet[0].url, { username: 'admin', password });
    await admin.send('POST', '/v1/projects', { name: 'acme' });
    const outputs: string[] = [];

    const replace = async (before: ChildProgram, current: number, ...old: readonly number[]) => {
      const after = await start(current, ...old);
      const { stdout, stderr } = await before.stop();
      outputs.push(stdout, stderr);
      return after;
    };
    /** What every instance does in every step: it stores secrets, and both rotate meanwhile. */
    const work = async (step: string) => {
      const answers = await Promise.all(
        fleet.flatMap(({ url }, instance) => [
          together(WRITES, (index) => {
            const name = `${step} ${instance} ${index}`;
            const body = { name, provider: 'openai', secret: secretOf(name) };
            return admin.at(url).send('POST', '/v1/projects/acme/credentials', body);
          }),
          together(2, () => admin.at(url).send('POST', '/v1/secrets/rotate')),
        ]),
      );
      expect({ step, ...outcomes(answers.flat()) }).toEqual({ step, 201: 2 * WRITES, 200: 4 });
    };

    await work('one key');
    fleet = await Promise.all([
      replace(fleet[0], oldKey, newKey),
      replace(fleet[1], oldKey, newKey),
    ]);
    await work('both keys everywhere');
    fleet = [await replace(fleet[0], newKey, oldKey), fleet[1]];
    await work('half of the fleet protects with the new key');
    fleet = [fleet[0], await replace(fleet[1], newKey, oldKey)];
    await work('all of it does');
    let remaining = 1;
    while (remaining > 0) {
      const { status, body } = await admin.at(fleet[1].url).send('POST', '/v1/secrets/rotate');
      expect(status).toBe(200);
      remaining = Number(body.remaining);
    }
    fleet = await Promise.all([replace(fleet[0], newKey), replace(fleet[1], newKey)]);
    await work('the old key is gone');

    const { body } = await admin.at(fleet[0].url).send('GET', '/v1/secrets');
    expect(body.keys).toEqual([{ keyId: body.keyId, secrets: 10 * WRITES, state: 'current' }]);
    const box = new SecretBox(new KeyEncryptionKeys(bytes(newKey)));
    const rows = await raw.run(
      'SELECT c.id, c.project_id, c.name, s.sealed FROM credentials c JOIN secrets s ON s.owner_row = c.id',
    );
    expect(rows).toHaveLength(10 * WRITES);
    for (const { id, project_id: project, name, sealed } of rows) {
      const place = {
        table: 'credentials',
        row: String(id),
        project: String(project),
        field: 'secret',
      };
      expect(box.open(place, String(sealed))).toBe(secretOf(String(name)));
    }
    const printed = outputs.join('') + fleet.map(({ output }) => output()).join('');
    expect(printed).not.toMatch(/"level":"(error|fatal)"|the secret value of/);
  });
});
