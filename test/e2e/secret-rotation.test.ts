import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Application, createApplication } from '../../src/application.js';
import { systemContext } from '../../src/platform/authorization/index.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { Database, UnitOfWork } from '../../src/platform/database/index.js';
import { type SecretPlace, SecretStore } from '../../src/platform/secrets/index.js';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { cheapPasswords } from '../support/cheap-passwords.js';
import { runCommand } from '../support/command-line.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { HttpClient, outcomes, together } from '../support/http-client.js';
import { until } from '../support/until.js';

// The test of the command line waits for the build.
jest.setTimeout(180_000);

const credentials = { username: 'admin', password: 'correct horse battery staple' };
const ctx = systemContext('test');
const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const [firstKey, secondKey, thirdKey] = [key(1), key(2), key(3)];
/** What the test of the format says of these keys, and what tells them apart in a message. */
const firstKeyId = '2937ea2adb72a8fe';

const place = (row: number | string): SecretPlace => ({
  table: 'test',
  row: String(row),
  project: null,
  field: 'secret',
});
const valueOf = (row: number | string) => `the secret value of ${row}`;

describe('the rotation of keys', () => {
  let directory: string;
  let database: FreshDatabase;
  let application: Application | undefined;
  let log: string[];
  /** Outlives a restart, because the signing key stays. */
  let session: HttpClient | undefined;
  let admin: HttpClient;
  let store: SecretStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promptd-rotation-'));
    database = await freshDatabase();
    log = [];
    session = undefined;
  });
  afterEach(async () => {
    expect((await admin.send('GET', '/health')).body.status).toBe('ok');
    await application?.close();
    application = undefined;
    await database.drop();
    await rm(directory, { recursive: true, force: true });
    for (const line of log) expect(line).not.toContain('the secret value of');
  });

  /** The program on the same database with other keys, as after a restart. */
  async function startWith(current: string, ...old: readonly string[]): Promise<void> {
    await application?.close();
    application = undefined;
    const config = loadConfig({
      PORT: '0',
      DATABASE_URL: database.url,
      PROMPTD_DATA_DIR: directory,
      PROMPTD_SIGNING_KEY: key(7),
      PROMPTD_SECRET_KEY: current,
      PROMPTD_SECRET_KEYS_OLD: old.join(','),
      PROMPTD_ADMIN_PASSWORD: credentials.password,
      PROMPTD_MIGRATE: 'check',
    });
    const logger = createLogger('info', { write: (line) => void log.push(line) });
    application = await createApplication(config, logger, { passwordCost: cheapPasswords });
    store = application.nest.get(SecretStore);
    const url = await application.listen();
    session ??= await HttpClient.logIn(url, credentials);
    admin = session.at(url);
  }

  const running = () => application!.nest;
  const put = (row: number | string, secret = valueOf(row)) =>
    running()
      .get(UnitOfWork)
      .run(ctx, (tx) => store.put(tx, place(row), secret));
  const get = (row: number | string) => store.get(ctx, place(row));
  const rotate = () => admin.send('POST', '/v1/secrets/rotate');
  const keys = async () => (await admin.send('GET', '/v1/secrets')).body;
  const sql = (statement: string): Promise<readonly Readonly<Record<string, string>>[]> =>
    running().get(Database).writer.query(statement);

  async function putMany(count: number): Promise<void> {
    await running()
      .get(UnitOfWork)
      .run(ctx, async (tx) => {
        for (let row = 0; row < count; row += 1) await store.put(tx, place(row), valueOf(row));
      });
  }

  it('moves a batch at a time, says what is left, and leaves the ciphertexts as they are', async () => {
    await startWith(firstKey);
    await putMany(130);
    const before = await sql('SELECT id, sealed FROM secrets');
    await startWith(secondKey, firstKey);
    const { keyId, keys: listed } = await keys();
    expect(listed).toEqual([
      { keyId, secrets: 0, state: 'current' },
      { keyId: firstKeyId, secrets: 130, state: 'old' },
    ]);

    expect((await rotate()).body).toEqual({ keyId, rotated: 100, remaining: 30 });
    expect((await rotate()).body).toEqual({ keyId, rotated: 30, remaining: 0 });
    expect((await rotate()).body).toEqual({ keyId, rotated: 0, remaining: 0 });

    await startWith(secondKey);
    expect((await keys()).keys).toEqual([{ keyId, secrets: 130, state: 'current' }]);
    for (const row of [0, 99, 129]) expect(await get(row)).toBe(valueOf(row));
    const after = new Map(
      (await sql('SELECT id, sealed FROM secrets')).map((one) => [one.id, one]),
    );
    for (const { id, sealed } of before) {
      const [, , wrapped, value] = sealed!.split('.');
      const [, , wrappedNow, valueNow] = after.get(id)!.sealed!.split('.');
      expect([valueNow, wrappedNow === wrapped]).toEqual([value, false]);
    }
    const events = await until(
      async () => (await admin.send('GET', '/v1/audit?type=secrets.rotated')).body.items,
      (items) => items.length === 2,
    );
    expect(events).toMatchObject([{ data: { rotated: 30 } }, { data: { rotated: 100 } }]);
    expect(events[0]).toMatchObject({
      subject: { type: 'secret-key', id: keyId, name: keyId },
      actor: { name: 'admin' },
    });
  });

  it('goes on beside writers, readers and another rotation, none of which notices', async () => {
    await startWith(firstKey);
    await putMany(260);
    await startWith(secondKey, firstKey);
    await admin.send('POST', '/v1/projects', { name: 'busy' });
    const newest = new Map<number, string>();
    let busy = true;

    const write = async (writer: number) => {
      for (let round = 0; busy || round === 0; round += 1) {
        const made = await admin.send('POST', '/v1/projects/busy/credentials', {
          name: `${writer}-${round}`,
          provider: 'openai',
          secret: valueOf(`${writer}-${round}`),
        });
        expect(made.status).toBe(201);
        const row = (writer + 4 * round) % 260;
        newest.set(row, `the secret value of ${row}, again by ${writer} in ${round}`);
        await put(row, newest.get(row));
      }
    };
    const read = async (reader: number) => {
      for (let round = 0; busy || round === 0; round += 1) {
        expect(await get((reader * 67 + round) % 260)).toMatch(/^the secret value of /);
        // SQLite answers at once, and a loop that never waits lets nobody else have a turn.
        await nextTurn();
      }
    };
    const rotateAll = async () => {
      const answers = [];
      for (let left = 1; left > 0;) {
        const answer = await rotate();
        answers.push(answer);
        left = Number(answer.body.remaining ?? 0);
      }
      return answers;
    };
    const crowd = [together(4, write), together(2, read)];
    const answers = (await together(2, rotateAll).finally(() => (busy = false))).flat();
    await Promise.all(crowd);

    expect(outcomes(answers)).toEqual({ 200: answers.length });
    const moved = answers.reduce((sum, { body }) => sum + Number(body.rotated), 0);
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThanOrEqual(260);
    await startWith(secondKey);
    const { keyId, keys: listed } = await keys();
    expect(listed).toEqual([{ keyId, secrets: expect.any(Number), state: 'current' }]);
    for (let row = 0; row < 260; row += 1) {
      expect(await get(row)).toBe(newest.get(row) ?? valueOf(row));
    }
    const made = await sql(
      'SELECT c.id, c.project_id, c.name FROM credentials c JOIN secrets s ON s.owner_row = c.id',
    );
    expect(made.length).toBeGreaterThanOrEqual(4);
    for (const { id, project_id: project, name } of made) {
      const where = { table: 'credentials', row: id!, project: project!, field: 'secret' };
      expect(await store.get(ctx, where)).toBe(valueOf(name!));
    }
  });

  it('finds ciphertexts that were swapped, moves the others and harms nobody', async () => {
    await startWith(firstKey);
    await putMany(4);
    const [zero, one] = await sql(
      "SELECT id, sealed FROM secrets WHERE owner_row IN ('0', '1') ORDER BY owner_row",
    );
    await sql(`UPDATE secrets SET sealed = '${one!.sealed!}' WHERE id = '${zero!.id!}'`);
    await sql(`UPDATE secrets SET sealed = '${zero!.sealed!}' WHERE id = '${one!.id!}'`);

    for (const row of [0, 1]) {
      const refused = { code: 'secret-damaged', definition: { status: 409 } };
      await expect(get(row)).rejects.toMatchObject(refused);
    }
    expect(await get(2)).toBe(valueOf(2));
    expect(log.filter((line) => line.includes('a stored secret cannot be opened'))).toHaveLength(2);

    await startWith(secondKey, firstKey);
    expect((await rotate()).body).toMatchObject({ rotated: 2, remaining: 2 });
    const refused = await rotate();
    expect(refused).toMatchObject({ status: 409, body: { code: 'secret-damaged' } });
    expect(refused.body.detail).not.toMatch(/test|secret value/);
    const named = log.filter((line) => line.includes('a stored secret cannot be rotated'));
    expect(named.map((line) => JSON.parse(line).row).sort()).toEqual(['0', '1']);
    // Whoever owns them stores one again and deletes the other.
    await put(0);
    await running()
      .get(UnitOfWork)
      .run(ctx, (tx) => store.delete(tx, place(1)));
    expect((await rotate()).body).toMatchObject({ rotated: 0, remaining: 0 });
    expect(await get(0)).toBe(valueOf(0));
    await expect(get(1)).rejects.toMatchObject({ code: 'secret-damaged' });
  });

  it('names the key that is missing, and what to do', async () => {
    await startWith(firstKey);
    await putMany(3);
    await startWith(secondKey, thirdKey);
    const { keyId, keys: listed } = await keys();
    expect(listed).toEqual([
      { keyId, secrets: 0, state: 'current' },
      { keyId: expect.any(String), secrets: 0, state: 'old' },
      { keyId: firstKeyId, secrets: 3, state: 'unknown' },
    ]);

    await expect(get(0)).rejects.toMatchObject({ code: 'secret-key-unknown' });
    const refused = await rotate();
    expect(refused).toMatchObject({
      status: 503,
      body: {
        code: 'secret-key-unknown',
        keyIds: [firstKeyId],
        detail: expect.stringContaining('PROMPTD_SECRET_KEYS_OLD'),
      },
    });
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(refused.body.detail).toContain(firstKeyId);

    await startWith(secondKey, thirdKey, firstKey);
    expect((await rotate()).body).toEqual({ keyId, rotated: 3, remaining: 0 });
  });

  it('is for instance admins, and for nobody else', async () => {
    await startWith(firstKey);
    const password = 'a password for tests';
    const somebody = { username: 'somebody', password, mustChangePassword: false };
    await admin.send('POST', '/v1/users', somebody);
    await admin.send('POST', '/v1/projects', { name: 'acme' });
    await admin.send('PUT', '/v1/projects/acme/members/somebody', { role: 'admin' });
    const member = await HttpClient.logIn(admin.url, { username: 'somebody', password });

    for (const [caller, status, code] of [
      [member, 403, 'forbidden'],
      [new HttpClient(admin.url), 401, 'unauthenticated'],
    ] as const) {
      const refused = { status, body: { code } };
      expect(await caller.send('GET', '/v1/secrets')).toMatchObject(refused);
      expect(await caller.send('POST', '/v1/secrets/rotate')).toMatchObject(refused);
    }
    const denied = await until(
      async () => (await admin.send('GET', '/v1/audit?type=access.denied')).body.items,
      (items) => items.length === 2,
    );
    expect(denied[0].data.permission).toBe('secret:rotate');
  });

  describe('by `promptd keys rotate`', () => {
    /** Against the running program. */
    const promptd = (...args: readonly string[]) =>
      runCommand(args, {
        XDG_CONFIG_HOME: directory,
        PROMPTD_SERVER: admin.url,
        PROMPTD_PASSWORD: credentials.password,
      });

    it('goes on until nothing is left and says when the old key may go', async () => {
      await startWith(firstKey);
      await putMany(130);
      await startWith(secondKey, firstKey);
      const { keyId } = await keys();
      expect((await promptd('login')).code).toBe(0);

      expect(await promptd('keys', 'rotate')).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^130 secrets moved; all are under the key [0-9a-f]{16}\. /),
        stderr: `moving 130 secrets to the key ${keyId}\n`,
      });
      const again = await promptd('keys', 'rotate');
      expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^0 secrets moved/) });
      expect(again.stdout).toContain('PROMPTD_SECRET_KEYS_OLD may be dropped once every instance');
      await startWith(secondKey);
      expect(await get(129)).toBe(valueOf(129));
    });

    it('moves what it can and fails with the reason for the rest', async () => {
      await startWith(firstKey);
      await put('lost');
      await startWith(secondKey);
      await put('old');
      await startWith(thirdKey, secondKey);
      expect((await promptd('login')).code).toBe(0);

      const { code, stdout, stderr } = await promptd('keys', 'rotate');

      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`error: secret-key-unknown: Stored secrets are under ${firstKeyId}`);
      const { keyId, keys: left } = await keys();
      expect(left).toContainEqual({ keyId, secrets: 1, state: 'current' });
      expect(left).toContainEqual({ keyId: firstKeyId, secrets: 1, state: 'unknown' });
      expect(await get('old')).toBe(valueOf('old'));
    });
  });
});
