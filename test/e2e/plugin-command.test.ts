import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectFailure, runCommand } from '../support/command-line.js';
import {
  adminCredentials,
  type FreshApplication,
  freshApplication,
} from '../support/fresh-application.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

let directory: string;
let app: FreshApplication;
let plugin: string;
/** What `keygen` prints of a key, and the name that it is enrolled under. */
let enrolment: Readonly<Record<string, string>>;
let keyId: string;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promptd-plugin-command-'));
  plugin = join(directory, 'acme.greeter');
  const made = await run('plugin', 'keygen', '--key', join(directory, 'key.pem'));
  enrolment = JSON.parse(made.stdout);
  keyId = /enrols the key (\S{43}) /.exec(made.stderr)![1]!;
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const run = (...args: readonly string[]) =>
  runCommand(args, {
    XDG_CONFIG_HOME: directory,
    PROMPTD_SERVER: app.url,
    PROMPTD_PASSWORD: adminCredentials.password,
  });
const enrol = () =>
  app
    .asAdmin('post', '/v1/plugin-signers')
    .send({ ...enrolment, label: 'Acme', names: ['acme.*'] })
    .expect(201);

describe('`promptd plugin keygen`', () => {
  it('prints what the server takes', async () => {
    const { body } = await enrol();
    expect(body).toMatchObject({ keyId, publicKey: enrolment.publicKey });
  });
});

describe('`promptd plugin verify`', () => {
  it('asks the server whom it trusts for this plugin', async () => {
    await run('plugin', 'init', 'acme.greeter', '--directory', directory);
    await run('plugin', 'sign', plugin, '--key', join(directory, 'key.pem'));
    const enrolled = (...args: readonly string[]) =>
      run('plugin', 'verify', plugin, '--enrolled', ...args);
    expectFailure(await enrolled(), /promptd login/);
    expect(await run('login')).toMatchObject({ code: 0 });
    expectFailure(await enrolled(), /\(untrusted-key\).*not enrolled/);

    await enrol();
    const { code, stdout } = await enrolled('--public-key', enrolment.publicKey!);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toMatchObject([
      expect.stringContaining('as the holder of the key'),
      expect.stringContaining(`is signed by the key ${keyId}, which ${app.url} trusts`),
      '',
    ]);

    await app.asAdmin('delete', `/v1/plugin-signers/${keyId}`).expect(204);
    expectFailure(await enrolled(), /\(revoked\)/);
  });
});
