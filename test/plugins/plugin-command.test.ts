import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import {
  chmod,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectFailure, runCommand } from '../support/command-line.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

/** Where `keygen` and `init` made a key and a plugin, of which each test has a copy. */
let made: string;
let directory: string;
let plugin: string;
let key: string;
let enrolment: Readonly<Record<string, string>>;
let keyId: string;

const newDirectory = () => mkdtemp(join(tmpdir(), 'promptd-plugin-command-'));
const run = (...args: readonly string[]) =>
  runCommand(['plugin', ...args], { XDG_CONFIG_HOME: directory });

beforeAll(async () => {
  made = await newDirectory();
  directory = made;
  const { code, stdout, stderr } = await run('keygen', '--key', join(made, 'key.pem'));
  expect(code).toBe(0);
  enrolment = JSON.parse(stdout);
  keyId = /enrols the key (\S{43}) /.exec(stderr)![1]!;
  expect(await run('init', 'acme.greeter', '--directory', join(made, 'plugins'))).toMatchObject({
    code: 0,
    stderr: '',
  });
});
afterAll(() => rm(made, { recursive: true, force: true }));

beforeEach(async () => {
  directory = await newDirectory();
  await cp(made, directory, { recursive: true });
  plugin = join(directory, 'plugins', 'acme.greeter');
  key = join(directory, 'key.pem');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const sign = () => run('sign', plugin, '--key', key);
const verify = (...args: readonly string[]) =>
  run('verify', plugin, '--public-key', enrolment.publicKey!, ...args);

it('leads from a key to a plugin that verifies', async () => {
  const signed = await sign();
  expect(signed).toMatchObject({ code: 0, stderr: '' });
  const [, digest] = /(sha256:[0-9a-f]{64})/.exec(signed.stdout)!;
  expect(signed.stdout).toContain(`signed acme.greeter 0.1.0 (release 1) with the key ${keyId}`);
  expect(await verify()).toEqual({
    code: 0,
    stdout: `acme.greeter 0.1.0 (${digest!}) is as the holder of the key ${keyId} signed it\n`,
    stderr: '',
  });
});

describe('`promptd plugin keygen`', () => {
  it('keeps the private key in a file for its owner alone, and prints none of it', async () => {
    const { mode } = await stat(join(made, 'key.pem'));
    expect(mode & 0o777).toBe(0o600);
    const pem = await readFile(key, 'utf8');
    const { d = '', x } = createPrivateKey(pem).export({ format: 'jwk' });
    const again = await run('keygen', '--key', key);
    for (const text of [JSON.stringify(enrolment), again.stdout, again.stderr]) {
      expect(text).not.toContain(d);
      expect(text).not.toContain(pem.split('\n')[1]);
    }
    expect(enrolment).toEqual({
      publicKey: x,
      proof: expect.any(String),
      provenAt: expect.any(String),
    });
  });

  it('never replaces a key that is there, and proves anew that it is held', async () => {
    const before = await readFile(key, 'utf8');
    const again = await run('keygen', '--key', key);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('is still in') });
    expect(JSON.parse(again.stdout).publicKey).toBe(enrolment.publicKey);
    expect(await readFile(key, 'utf8')).toBe(before);
  });
});

describe('`promptd plugin init`', () => {
  it('writes into a new folder only', async () => {
    const before = await readFile(join(plugin, 'plugin.json'), 'utf8');
    expectFailure(
      await run('init', 'acme.greeter', '--directory', join(directory, 'plugins')),
      /there already/,
    );
    expect(await readFile(join(plugin, 'plugin.json'), 'utf8')).toBe(before);
  });

  it.each(['../x', 'Acme', 'a b', '', 'a'.repeat(65)])('refuses the name %j', async (name) => {
    expectFailure(await run('init', name, '--directory', directory), /is no name of a plugin/);
    expect((await readdir(directory)).sort()).toEqual(['key.pem', 'plugins']);
  });
});

describe('`promptd plugin sign`', () => {
  it('writes one file beside the tree, whole', async () => {
    await sign();
    await sign();
    expect((await readdir(join(directory, 'plugins'))).sort()).toEqual([
      'acme.greeter',
      'acme.greeter.sig',
    ]);
  });

  it('refuses a key that others may read', async () => {
    await chmod(key, 0o640);
    expectFailure(await sign(), /can be read by others/);
  });

  it.each([
    ['another kind of key', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['a public key', generateKeyPairSync('ed25519').publicKey],
  ])('refuses %s', async (_, other) => {
    const type = other.type === 'private' ? 'pkcs8' : 'spki';
    await writeFile(key, other.export({ format: 'pem', type } as { format: 'pem'; type: 'pkcs8' }));
    expectFailure(await sign(), /holds no/);
  });

  it('refuses what the server would refuse, with the reason', async () => {
    await writeFile(join(plugin, '.env'), 'x');
    expectFailure(await sign(), /is refused \(invalid\): A name in the tree is not allowed/);
    await rm(join(plugin, '.env'));
    await writeFile(join(plugin, 'plugin.json'), '{"schema": "promptd/plugin/v9"}');
    expectFailure(await sign(), /is refused \(incompatible\)/);
  });

  it.each(['0', '-1', '1.5', 'x', '99999'])('refuses --days %s', async (days) => {
    expectFailure(await run('sign', plugin, '--key', key, '--days', days), /whole number/);
  });

  it('says how to come by a key', async () => {
    const missing = join(directory, 'none.pem');
    expectFailure(await run('sign', plugin, '--key', missing), /promptd plugin keygen/);
  });
});

describe('`promptd plugin verify`', () => {
  it('wants to know whose signature it must be', async () => {
    expectFailure(await run('verify', plugin), /--public-key, --enrolled or both/);
  });

  it('refuses a plugin that is not signed', async () => {
    expectFailure(await verify(), /is not signed \(unsigned\)/);
  });

  it('refuses a changed byte and names the file', async () => {
    await sign();
    const code = await readFile(join(plugin, 'index.js'), 'utf8');
    await writeFile(join(plugin, 'index.js'), code.replace('Hello', 'hello'));
    expectFailure(await verify(), /is refused \(modified\): index\.js is not as it was signed/);
  });

  it('refuses the signature of another key', async () => {
    await sign();
    const other = await run('keygen', '--key', join(directory, 'other.pem'));
    const { publicKey } = JSON.parse(other.stdout) as { publicKey: string };
    expectFailure(await run('verify', plugin, '--public-key', publicKey), /\(untrusted-key\)/);
  });

  it('takes the key from a file of keygen, or from one that holds the key alone', async () => {
    await sign();
    const file = join(directory, 'publisher');
    for (const text of [JSON.stringify(enrolment), `${enrolment.publicKey!}\n`]) {
      await writeFile(file, text);
      expect(await run('verify', plugin, '--public-key', file)).toMatchObject({ code: 0 });
    }
    await writeFile(file, 'AAAA');
    expectFailure(await run('verify', plugin, '--public-key', file), /no public key.*wrong-length/);
    expectFailure(await run('verify', plugin, '--public-key', `${file}.no`), /43 characters/);
  });
});

describe('`promptd plugin pack`', () => {
  const pack = (out: string) => run('pack', plugin, '--out', join(directory, out));

  it('makes the same bytes each time, which unpack to what was signed', async () => {
    await sign();
    expect(await pack('one.tgz')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^packed acme\.greeter 0\.1\.0 into .*one\.tgz: \d+ bytes\n$/),
    });
    for (const name of await readdir(plugin)) await utimes(join(plugin, name), 1, 1);
    await pack('two.tgz');
    const [one, two] = await Promise.all(
      ['one.tgz', 'two.tgz'].map((name) => readFile(join(directory, name))),
    );
    expect(one!.equals(two!)).toBe(true);

    const elsewhere = await mkdtemp(join(directory, 'elsewhere-'));
    const { status } = spawnSync('tar', ['-xzf', join(directory, 'one.tgz'), '-C', elsewhere]);
    expect(status).toBe(0);
    expect(
      await run('verify', join(elsewhere, 'acme.greeter'), '--public-key', enrolment.publicKey!),
    ).toMatchObject({ code: 0 });
  });

  it('packs nothing that is not signed, or that changed since', async () => {
    expectFailure(await pack('one.tgz'), /is not signed/);
    await sign();
    await writeFile(join(plugin, 'index.js'), 'export default {};');
    expectFailure(await pack('one.tgz'), /is refused \(modified\)/);
  });
});

it('writes a plugin that passes the test of the guide', async () => {
  const guide = await readFile(join(import.meta.dirname, '../../plugins/README.md'), 'utf8');
  const test = /^import \{ useHost \}.*?^\}\);$/ms
    .exec(guide)![0]
    .replace('../plugins/api', join(import.meta.dirname, '../../plugins/api'))
    .replace('../plugins/greeter', './plugins/acme.greeter')
    .replace("it('greets', async () => {", 'export const greets = async () => {')
    .replace(/\}\);$/, '};');
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  await writeFile(join(directory, 'guide.js'), test);

  const { greets } = (await import(join(directory, 'guide.js'))) as { greets: () => Promise<void> };
  await expect(greets()).resolves.toBeUndefined();
});
