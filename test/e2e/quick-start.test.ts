import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endPrograms, runProgram, startProgram } from '../support/child-program.js';
import { databaseUnderTest } from '../support/fresh-database.js';
import { HttpClient } from '../support/http-client.js';
import { RawDatabase } from '../support/raw-database.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

/** More than the time that balancers get to hear of it, less than a supervisor's patience. */
const STOP_DEADLINE_MS = 10_000;

const passwordLine = /with the one-time password\n\n {4}(\S+)\n/;
const key = Buffer.alloc(32, 7).toString('base64');

const onSqlite = databaseUnderTest() === 'sqlite' ? describe : describe.skip;

onSqlite('the first start on an empty machine', () => {
  let directory: string;
  const start = () => startProgram({ cwd: directory, environment: { PORT: '0' } });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'promptd-quick-'));
  });
  afterEach(async () => {
    await endPrograms();
    rmSync(directory, { recursive: true, force: true });
  });

  it('prints the first password and the next command, once', async () => {
    const first = await start();
    const { stdout } = await first.stop();

    const password = passwordLine.exec(stdout)?.[1];
    expect(password).toMatch(/^[A-Za-z0-9]{22}$/);
    expect(stdout.split(password!)).toHaveLength(2);
    expect(stdout).toContain(`npx promptd login --username admin --server ${first.url}`);

    const second = await start();
    const { stdout: again } = await second.stop();
    expect(again).not.toMatch(/one-time password/);
    expect(again).not.toContain(password);
    expect(again).toContain('npx promptd login --username admin');
  });

  it('lets nobody but its user read the data directory', async () => {
    await start();
    const data = join(directory, 'data');

    const modes = readdirSync(data).map((name) => `${name} ${modeOf(join(data, name))}`);

    expect(modeOf(data)).toBe('700');
    const expected = ['promptd.db 600', 'secret.key 600', 'signing.key 600'];
    expect(modes).toEqual(expect.arrayContaining(expected));
    expect(modes.filter((line) => !line.endsWith(' 600'))).toEqual([]);
  });

  it('hashes the password at the cost that the security rules ask for', async () => {
    const { stop } = await start();
    await stop();

    const url = `sqlite:${join(directory, 'data', 'promptd.db')}`;
    const raw = await RawDatabase.open({ dialect: 'sqlite', url });
    const users = await raw.run('SELECT password_hash FROM users');
    await raw.close();

    const atLeast = expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(users).toEqual([{ password_hash: atLeast }]);
  });

  it('asks for another password before anything else', async () => {
    const { url, output } = await start();
    const password = passwordLine.exec(output())?.[1] ?? '';
    const admin = await HttpClient.logIn(url, { username: 'admin', password });

    const refused = { status: 403, body: { code: 'password-change-required' } };
    expect(await admin.send('GET', '/v1/projects')).toMatchObject(refused);
    expect(await admin.send('POST', '/v1/projects', { name: 'a' })).toMatchObject(refused);
    const newPassword = 'correct horse battery staple';
    const change = { currentPassword: password, newPassword };
    expect(await admin.send('PUT', '/v1/auth/password', change)).toMatchObject({ status: 204 });

    const changed = await HttpClient.logIn(url, { username: 'admin', password: newPassword });
    expect(await changed.send('POST', '/v1/projects', { name: 'a' })).toMatchObject({
      status: 201,
    });
  });

  it('ends on SIGTERM in bounded time: not ready, then served to the end, then gone', async () => {
    const { url, stop } = await start();
    const client = new HttpClient(url);
    expect((await client.send('GET', '/ready')).status).toBe(200);

    const from = performance.now();
    const ended = stop('SIGTERM');
    const stopping = await until(
      () => client.send('GET', '/ready'),
      ({ status }) => status === 503,
    );
    expect(stopping.body.checks).toEqual({ database: 'ok', process: 'stopping' });
    expect((await client.send('GET', '/live')).status).toBe(200);

    const { code, signal, stderr } = await ended;
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    expect(performance.now() - from).toBeLessThan(STOP_DEADLINE_MS);
    await expect(client.send('GET', '/live')).rejects.toThrow('fetch failed');
  });

  it('refuses a second process on the same file in one line', async () => {
    await start();

    const { code, stderr } = await runProgram({ cwd: directory, environment: { PORT: '0' } });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^promptd did not start: another promptd process has .+ open: .+\n$/);
  });

  it('gives up a port that is taken in one line, and leaves no process behind', async () => {
    const { url } = await start();
    const other = mkdtempSync(join(directory, 'other-'));

    const environment = { PORT: new URL(url).port };
    const { code, stderr } = await runProgram({ cwd: other, environment });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^promptd did not start: listen EADDRINUSE.+: set PORT or HOST\n$/);
  });

  it('shows the first password when the port is taken, since the next start has none to show', async () => {
    const { url: taken } = await start();
    const cwd = mkdtempSync(join(directory, 'other-'));

    const { stdout } = await runProgram({ cwd, environment: { PORT: new URL(taken).port } });
    const password = passwordLine.exec(stdout)?.[1] ?? '';

    const { url } = await startProgram({ cwd, environment: { PORT: '0' } });
    await HttpClient.logIn(url, { username: 'admin', password });
  });

  it('says that a password for the first admin comes too late', async () => {
    const environment = { PORT: '0', PROMPTD_ADMIN_PASSWORD: 'correct horse battery staple' };
    const warning = 'PROMPTD_ADMIN_PASSWORD was not used';
    const first = await startProgram({ cwd: directory, environment });
    expect((await first.stop()).stdout).not.toContain(warning);

    const second = await startProgram({ cwd: directory, environment });
    const { stdout } = await second.stop();
    expect(stdout.split(warning)).toHaveLength(2);
    expect(stdout).not.toContain(environment.PROMPTD_ADMIN_PASSWORD);
  });

  it('names every setting that is wrong and shows the value of none', async () => {
    const environment = {
      PORT: 'hunter2-port',
      LOG_LEVEL: 'hunter2-level',
      DATABASE_URL: 'hunter2-database',
      PROMPTD_SIGNING_KEY: 'hunter2-key',
      PROMPTD_SECRET_KEY: 'hunter2-key',
      PROMPTD_SECRET_KEYS_OLD: 'hunter2-key',
      DATABASE_POOL_SIZE: '0',
    };

    const { code, stdout, stderr } = await runProgram({ cwd: directory, environment });

    expect(code).toBe(1);
    for (const name of Object.keys(environment)) expect(stderr).toContain(`  - ${name} must be `);
    expect(stdout + stderr).not.toContain('hunter2');
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each(['postgres', 'mysql'])('says in one line that %s is away', async (scheme) => {
    const environment = {
      PORT: '0',
      PROMPTD_SIGNING_KEY: key,
      PROMPTD_SECRET_KEY: key,
      DATABASE_URL: `${scheme}://somebody:hunter2@127.0.0.1:1/promptd`,
    };

    const { code, stdout, stderr } = await runProgram({ cwd: directory, environment });

    expect(code).toBe(1);
    expect(stderr).toBe(
      'promptd did not start: the database does not answer (connect ECONNREFUSED 127.0.0.1:1): ' +
        'check DATABASE_URL\n',
    );
    expect(stdout + stderr).not.toContain('hunter2');
  });
});

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}
