import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { builtProgram } from '../support/built-program.js';
import { type ChildProgram, endPrograms, startProgram } from '../support/child-program.js';
import { databaseUnderTest } from '../support/fresh-database.js';
import { HttpClient } from '../support/http-client.js';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import { signInAt } from '../support/provider-browser.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const password = 'correct horse battery staple';

// No database changes what the CLI does.
const onSqlite = databaseUnderTest() === 'sqlite' ? describe : describe.skip;

onSqlite('a server on which the identity provider alone decides who comes in', () => {
  let directory: string;
  let provider: IdentityProvider;
  let server: ChildProgram;
  const commands = new Set<Command>();
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'promptd-oidc-'));
    provider = await startIdentityProvider();
    provider.people.set('sub-1', { preferred_username: 'zoe', groups: ['ops'] });
    server = await startProgram({
      cwd: directory,
      environment: {
        ...provider.environment,
        PORT: '0',
        PROMPTD_ADMIN_PASSWORD: password,
        PROMPTD_OIDC_ROLES: '{"ops": ["instance-admin"]}',
        PROMPTD_PASSWORD_LOGIN: 'off',
      },
    });
  });
  afterEach(() => {
    for (const { child } of commands) child.kill('SIGKILL');
    commands.clear();
  });
  afterAll(async () => {
    await endPrograms();
    await provider.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function promptd(...args: readonly string[]): Command {
    const command = new Command(directory, args);
    commands.add(command);
    return command;
  }

  it('lets a user of the CLI in by a browser, through whatever else calls', async () => {
    const login = promptd('login', '--oidc', '--server', server.url);
    const callbackUrl = await signInAt(await login.printed(/^ {2}(http:\S+)$/m), 'sub-1');
    const strays = [
      new URL('/favicon.ico', callbackUrl),
      new URL('/callback', callbackUrl),
      new URL('/callback?code=stolen&state=guessed', callbackUrl),
    ];
    for (const stray of strays) expect((await fetch(stray)).status).toBe(404);

    const page = await fetch(callbackUrl);

    expect(page.status).toBe(200);
    expect(await login.end()).toEqual({
      code: 0,
      stdout: `logged in to ${server.url} as zoe\n`,
    });
    const file = join(directory, '.config', 'promptd', 'session.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object).sort()).toEqual([
      'accessToken',
      'accessTokenExpiresAt',
      'refreshToken',
      'server',
    ]);
    expect(await promptd('project', 'create', 'acme').end()).toMatchObject({ code: 0 });
    expect(await promptd('logout').end()).toMatchObject({ code: 0 });
  });

  it('tells a user of the CLI that the provider refused', async () => {
    const login = promptd('login', '--oidc', '--server', server.url);
    const asked = new URL(await login.printed(/^ {2}(http:\S+)$/m)).searchParams;
    const said = new URLSearchParams({
      error: 'access_denied',
      state: asked.get('state')!,
      iss: provider.issuer,
    });

    await fetch(`${asked.get('redirect_uri')!}?${said.toString()}`);

    expect(await login.end()).toEqual({ code: 1, stdout: '' });
    expect(login.stderr).toContain('error: unauthenticated: ');
  });

  it('takes no password, and does not say whose it would be', async () => {
    const anybody = new HttpClient(server.url);
    expect(await anybody.send('GET', '/v1/auth/methods')).toMatchObject({
      status: 200,
      body: { password: false, oidc: { issuer: provider.issuer } },
    });

    for (const username of ['admin', 'nobody']) {
      expect(await anybody.send('POST', '/v1/auth/login', { username, password })).toMatchObject({
        status: 403,
        body: { code: 'password-login-disabled' },
      });
    }
    const change = { currentPassword: password, newPassword: 'another long password' };
    expect((await anybody.send('PUT', '/v1/auth/password', change)).status).toBe(401);
    const session = await signedIn();
    expect(await session.send('PUT', '/v1/auth/password', change)).toMatchObject({
      status: 403,
      body: { code: 'password-login-disabled' },
    });
  });

  async function signedIn(): Promise<HttpClient> {
    const anybody = new HttpClient(server.url);
    const redirectUri = 'http://127.0.0.1:49152/callback';
    const { body } = await anybody.send('POST', '/v1/auth/oidc/authorize', { redirectUri });
    const callbackUrl = await signInAt(String(body.authorizationUrl), 'sub-1');
    const answer = { flow: String(body.flow), callbackUrl };
    const session = await anybody.send('POST', '/v1/auth/oidc/token', answer);
    return new HttpClient(server.url, String(session.body.accessToken));
  }
});

/** The CLI as a process of its own, with a home of its own. */
class Command {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  stderr = '';
  private stdout = '';
  private readonly closed: Promise<unknown>;

  constructor(home: string, args: readonly string[]) {
    const program = join(builtProgram(), 'src', 'cli.js');
    this.child = spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env.PATH, HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.closed = once(this.child, 'close');
    this.child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  /** What the pattern finds on standard error, now or soon. */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.stderr)?.[1];
      if (found !== undefined) return found;
      await once(this.child.stderr, 'data', { signal: AbortSignal.timeout(30_000) });
    }
  }

  async end(): Promise<{ code: number | null; stdout: string }> {
    await this.closed;
    return { code: this.child.exitCode, stdout: this.stdout };
  }
}
