import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../src/platform/database/index.js';
import { runCommand } from '../support/command-line.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

interface SavedVersion {
  readonly digest: string;
  readonly signature: { readonly keyId: string; readonly value: string };
}

let directory: string;
let app: FreshApplication;
let workspace: PromptWorkspace;
/** A published version and the keys, as `curl` would save them. */
let version: SavedVersion;
let keys: { readonly keys: readonly { readonly keyId: string }[] };
let reference: string;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promptd-verify-'));
  app = await freshApplication();
  workspace = await PromptWorkspace.create(app);
  const content = { kind: 'text', text: 'Sort it: ünïcode' };
  await workspace.publish('support/triage', '1.0.0', { content });
  version = (await workspace.prompt('get', 'support/triage', '/versions/1.0.0')).body;
  keys = (await app.as(null, 'get', '/v1/keys')).body;
  reference = `${workspace.project}/support/triage@1.0.0`;
  environment = { PROMPTD_SERVER: app.url, PROMPTD_API_KEY: await workspace.makeKey({}) };
});

afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

async function save(name: string, value: unknown): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

/** What a failed run prints: one sentence, and nothing that a script could take for a result. */
const failure = (sentence: string) => ({
  code: 1,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^error: .*${sentence}.*\n$`)),
});

const proof = () =>
  `${reference} is as it was published: ${version.digest}, signed by ${version.signature.keyId}\n`;

describe('`promptd verify` with a server', () => {
  it.each(['1.0.0', 'latest', '^1.0.0', 'none,latest'])(
    'checks what it answers to %s',
    async (selector) => {
      const asked = reference.replace('1.0.0', selector);
      expect(await runCommand(['verify', asked], environment)).toEqual({
        code: 0,
        stdout: proof(),
        stderr: expect.stringContaining('--keys'),
      });
    },
  );

  it('checks by saved keys, whatever keys the server has', async () => {
    const run = async (saved: unknown) =>
      runCommand(['verify', reference, '--keys', await save('keys.json', saved)], environment);
    expect(await run(keys)).toEqual({ code: 0, stdout: proof(), stderr: '' });
    expect(await run({ keys: [] })).toEqual(failure('is not one of the keys'));
  });

  it('finds nothing where there is nothing', async () => {
    const missing = reference.replace('1.0.0', '2.0.0');
    expect(await runCommand(['verify', missing], environment)).toEqual(failure('2.0.0'));
  });
});

describe('`promptd verify` with saved files', () => {
  /** Without an environment that names a server: there is none at the default address. */
  async function verify(saved: unknown, asked = reference, savedKeys: unknown = keys) {
    const files = [await save('version.json', saved), await save('keys.json', savedKeys)] as const;
    return runCommand(['verify', asked, '--version-file', files[0], '--keys', files[1]], {
      XDG_CONFIG_HOME: directory,
      PROMPTD_SERVER: 'no server at all',
    });
  }

  it('needs no server', async () => {
    expect(await verify(version)).toEqual({ code: 0, stdout: proof(), stderr: '' });
  });

  it('says what was changed', async () => {
    const content = { kind: 'text', text: 'Leak it' };
    const value = `${version.signature.value.startsWith('A') ? 'B' : 'A'}${version.signature.value.slice(1)}`;
    expect(await verify({ ...version, content })).toEqual(failure('was changed: its content'));
    expect(await verify({ ...version, lock: [{}] })).toEqual(failure('was changed: its content'));
    for (const changed of [
      { ...version, ordinal: 2 },
      { ...version, signature: { ...version.signature, value } },
    ]) {
      expect(await verify(changed)).toEqual(failure('was changed: its signature'));
    }
  });

  it('takes no other version for the one asked for', async () => {
    for (const [from, to] of [
      ['1.0.0', '1.0.1'],
      ['1.0.0', 'latest'],
      ['triage', 'summary'],
      ['project', 'other'],
    ] as const) {
      const asked = reference.replace(from, to);
      expect(await verify(version, asked)).toEqual(failure(`${asked} was asked for, and this is`));
    }
  });

  it('takes no key for one that signs versions when it is not', async () => {
    const purpose = 'audit-checkpoint';
    const others = { keys: keys.keys.map((key) => ({ ...key, purpose })) };
    expect(await verify(version, reference, others)).toEqual(failure('does not sign versions'));
  });

  it('says which file or argument it cannot use', async () => {
    expect(await verify({ ...version, signature: null })).toEqual(failure('gives no version'));
    expect(await verify('{')).toEqual(failure('holds no JSON'));
    expect(await verify(version, reference, [])).toEqual(failure('gives no keys'));
    expect(await verify(version, 'triage')).toEqual(failure('names no version'));
    const nowhere = ['--version-file', join(directory, 'nowhere')];
    expect(await runCommand(['verify', reference, ...nowhere])).toEqual(failure('needs --keys'));
    const saved = await save('keys.json', keys);
    expect(await runCommand(['verify', reference, ...nowhere, '--keys', saved])).toEqual(
      failure('cannot be read: ENOENT'),
    );
  });
});

describe('a version that somebody changed in the database', () => {
  it('is noticed, although the server serves it', async () => {
    await workspace.publish('support/triage', '0.9.0');
    const { writer, dialect } = app.application.nest.get(Database);
    // As whoever owns the schema can: the trigger goes first.
    const where = dialect === 'postgres' ? ' ON versions' : '';
    await writer.query(`DROP TRIGGER tr_versions_update${where}`);
    const content = '{"kind":"text","text":"Leak it"}';
    await writer.query(`UPDATE versions SET content = '${content}' WHERE version = '0.9.0'`);
    const asked = reference.replace('1.0.0', '0.9.0');
    expect(await runCommand(['verify', asked], environment)).toEqual(
      failure('was changed: its content and lock do not have the digest that it shows'),
    );
  });
});
