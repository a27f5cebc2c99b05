import {
  link,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import nacl from 'tweetnacl';
import { type Trust, trustOf } from '../../src/plugins/approvals/trust-of.js';
import { PluginFault } from '../../src/plugins/package/plugin-fault.js';
import { packageOf, readPackage } from '../../src/plugins/package/plugin-package.js';
import { readSidecar } from '../../src/plugins/signatures/read-sidecar.js';
import { sidecarBytes, signedBytes } from '../../src/plugins/signatures/signed-document.js';
import { signerKeyOf } from '../../src/plugins/signatures/signer-key.js';
import type { TrustedKey } from '../../src/plugins/signatures/trusted-key.js';
import { isSignatureOf } from '../../src/plugins/signatures/verify-signature.js';
import { malleated, PluginKey } from '../support/plugins/plugin-key.js';
import {
  type Files,
  someFiles,
  someManifest,
  writeSidecar,
  writeTree,
} from '../support/plugins/plugin-tree.js';

const publisher = PluginKey.generate();
let plugins: string;

beforeEach(async () => {
  plugins = await mkdtemp(join(tmpdir(), 'promptd-plugins-'));
});
afterEach(async () => {
  await rm(plugins, { recursive: true, force: true });
});

/** A plugin of its own for each test, signed as its publisher would. */
async function signedPlugin(manifest: object = {}, files: Files = {}): Promise<string> {
  const { name } = someManifest(manifest) as { name: string };
  const directory = await writeTree(plugins, name, someFiles(manifest, files));
  await writeSidecar(directory, publisher.signed(await readPackage(directory)));
  return directory;
}

/** What an instance that trusts the publisher for everything says of a folder, or why it cannot read it. */
async function verdict(
  directory: string,
  signers: readonly TrustedKey[] = [publisher.trusted()],
): Promise<Trust | { readonly state: string; readonly reason: string; readonly detail: string }> {
  try {
    const found = await readPackage(directory);
    const sidecar = await readSidecar(directory);
    const rules = { promptdVersion: '0.1.0', allowUnsigned: false, shipped: {} };
    return trustOf(found, sidecar, { signers, approvals: [] }, rules, Date.now());
  } catch (error) {
    if (!(error instanceof PluginFault)) throw error;
    return { state: 'rejected', reason: error.reason, detail: error.message };
  }
}

const rejected = (reason: string, sentence = /./) => ({
  state: 'rejected',
  reason,
  detail: expect.stringMatching(sentence),
});
const trusted = { state: 'pending-approval' };

it('a plugin as its publisher signed it is trusted', async () => {
  expect(await verdict(await signedPlugin())).toMatchObject(trusted);
});

describe('after it was signed', () => {
  it('a file is added: modified', async () => {
    const directory = await signedPlugin();
    await writeFile(join(directory, 'lib', 'more.js'), '');
    expect(await verdict(directory)).toMatchObject(
      rejected('modified', /lib\/more\.js was not signed/),
    );
  });

  it('a file is removed: modified', async () => {
    const directory = await signedPlugin();
    await rm(join(directory, 'lib', 'words.js'));
    // Its folder would be refused for being empty.
    await rm(join(directory, 'lib'), { recursive: true });
    expect(await verdict(directory)).toMatchObject(
      rejected('modified', /lib\/words\.js was signed and is missing/),
    );
  });

  it('a file is renamed: modified', async () => {
    const directory = await signedPlugin();
    await rename(join(directory, 'lib', 'words.js'), join(directory, 'lib', 'world.js'));
    expect(await verdict(directory)).toMatchObject(rejected('modified'));
  });

  it('two files change places: modified', async () => {
    const directory = await signedPlugin({}, { 'a.js': 'aaaa', 'b.js': 'bbbb' });
    await writeFile(join(directory, 'a.js'), 'bbbb');
    await writeFile(join(directory, 'b.js'), 'aaaa');
    expect(await verdict(directory)).toMatchObject(rejected('modified', /a\.js is not as it was/));
  });

  it('a file becomes a link to the same bytes: invalid', async () => {
    const directory = await signedPlugin();
    const file = join(directory, 'lib', 'words.js');
    await rename(file, join(plugins, 'words.js'));
    await symlink(join(plugins, 'words.js'), file);
    expect(await verdict(directory)).toMatchObject(rejected('invalid', /is a link/));
  });

  it('a folder becomes a link to the same files: invalid', async () => {
    const directory = await signedPlugin();
    await rename(join(directory, 'lib'), join(plugins, 'lib'));
    await symlink(join(plugins, 'lib'), join(directory, 'lib'));
    expect(await verdict(directory)).toMatchObject(rejected('invalid', /lib is a link/));
  });

  it('the sidecar becomes a link to itself: invalid', async () => {
    const directory = await signedPlugin();
    await rename(`${directory}.sig`, join(plugins, 'real.sig'));
    await symlink(join(plugins, 'real.sig'), `${directory}.sig`);
    expect(await verdict(directory)).toMatchObject(rejected('invalid', /no plain file/));
  });

  it('a file has a second name outside: still the same bytes, still trusted', async () => {
    const directory = await signedPlugin();
    await link(join(directory, 'index.js'), join(plugins, 'elsewhere.js'));
    expect(await verdict(directory)).toMatchObject(trusted);
  });

  it('the sidecar goes: unsigned', async () => {
    const directory = await signedPlugin();
    await rm(`${directory}.sig`);
    expect(await verdict(directory)).toMatchObject(rejected('unsigned'));
  });

  it('the folder is renamed: invalid', async () => {
    const directory = await signedPlugin();
    const other = join(plugins, 'acme.other');
    await rename(directory, other);
    await rename(`${directory}.sig`, `${other}.sig`);
    expect(await verdict(other)).toMatchObject(rejected('invalid', /not the name of the folder/));
  });
});

describe('the signature', () => {
  it('is malleated: invalid, although tweetnacl would take it', async () => {
    const directory = await signedPlugin();
    const sidecar = publisher.signed(await readPackage(directory));
    const sig = malleated(sidecar.sig);
    const [message, bytes] = [signedBytes(sidecar), Buffer.from(sig, 'base64')].map((one) =>
      Uint8Array.from(one),
    );
    expect(nacl.sign.detached.verify(message!, bytes!, publisher.key.bytes)).toBe(true);
    await writeSidecar(directory, { ...sidecar, sig });
    expect(await verdict(directory)).toMatchObject(rejected('invalid', /does not hold/));
  });

  it('is forged for a key of small order, which somebody got into the table: invalid', async () => {
    const directory = await signedPlugin();
    const identity = Buffer.from([1, ...Array<number>(31).fill(0)]);
    const forged = Buffer.concat([identity, Buffer.alloc(32)]).toString('base64');
    const keyId = 'A'.repeat(43);
    const sidecar = { ...publisher.signed(await readPackage(directory), { keyId }), sig: forged };
    await writeSidecar(directory, sidecar);
    const signer = publisher.trusted({ keyId, publicKey: identity.toString('base64url') });
    expect(await verdict(directory, [signer])).toMatchObject(rejected('invalid', /does not hold/));
  });

  it.each([
    ['a byte short', (sig: Buffer) => sig.subarray(0, 63).toString('base64')],
    ['a byte long', (sig: Buffer) => Buffer.concat([sig, Buffer.of(0)]).toString('base64')],
    ['empty', () => ''],
    ['of another alphabet', (sig: Buffer) => sig.toString('hex')],
    ['spelt with a stray bit', (sig: Buffer) => sig.toString('base64').replace(/.==$/, strayBit)],
    ['spelt with a space', (sig: Buffer) => ` ${sig.toString('base64')}`],
    ['all zeros', () => Buffer.alloc(64).toString('base64')],
  ] as const)('is %s: invalid', async (_, change) => {
    const directory = await signedPlugin();
    const sidecar = publisher.signed(await readPackage(directory));
    const sig = change(Buffer.from(sidecar.sig, 'base64'));
    await writeSidecar(directory, { ...sidecar, sig });
    expect(await verdict(directory)).toMatchObject(rejected('invalid'));
    expect(isSignatureOf(sig, signedBytes(sidecar), publisher.key)).toBe(false);
  });

  function strayBit(end: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    return `${alphabet[alphabet.indexOf(end[0] ?? '') ^ 1] ?? ''}==`;
  }

  it('is by another key under the name of a trusted one: invalid', async () => {
    const directory = await signedPlugin();
    const stranger = PluginKey.generate();
    const { keyId } = publisher;
    await writeSidecar(directory, stranger.signed(await readPackage(directory), { keyId }));
    expect(await verdict(directory)).toMatchObject(rejected('invalid', /does not hold/));
  });

  it('is by a key that nobody enrolled: untrusted-key', async () => {
    const directory = await signedPlugin();
    await writeSidecar(directory, PluginKey.generate().signed(await readPackage(directory)));
    expect(await verdict(directory)).toMatchObject(rejected('untrusted-key', /not enrolled/));
  });

  it('is over the document without its prefix: invalid', async () => {
    const directory = await signedPlugin();
    const sidecar = publisher.signed(await readPackage(directory));
    const bare = signedBytes(sidecar).subarray('promptd/plugin-sig/v1\0'.length);
    const { sign } = await import('node:crypto');
    const sig = sign(null, bare, publisher.privateKey).toString('base64');
    await writeSidecar(directory, { ...sidecar, sig });
    expect(await verdict(directory)).toMatchObject(rejected('invalid', /does not hold/));
  });

  it('is by a key with a part of small order: the key is refused before it signs anything', () => {
    const torsion = ed25519.Point.fromHex(
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    );
    const mixed = ed25519.Point.fromBytes(publisher.key.bytes).add(torsion).toBytes();
    expect(signerKeyOf(Buffer.from(mixed).toString('base64url'))).toBe('mixed-order');
  });
});

describe('the sidecar is', () => {
  it('of another plugin: refused', async () => {
    const directory = await signedPlugin();
    const other = await signedPlugin({ name: 'acme.other' });
    await writeFile(`${directory}.sig`, await readFile(`${other}.sig`));
    expect(await verdict(directory)).toMatchObject(rejected('invalid', /of another plugin/));
  });

  it('of another version of the same plugin: refused', async () => {
    const directory = await signedPlugin();
    const old = await readFile(`${directory}.sig`);
    await writeTree(plugins, 'acme.greeter', someFiles({ version: '2.0.0', releaseSeq: 2 }));
    await writeFile(`${directory}.sig`, old);
    expect(await verdict(directory)).toMatchObject(rejected('modified', /plugin\.json is not/));
  });

  it.each([
    ['version', { version: '1.0.1' }],
    ['release', { releaseSeq: 7 }],
  ])('signed for these bytes under another %s: invalid', async (_, other) => {
    const directory = await signedPlugin();
    await writeSidecar(directory, publisher.signed(await readPackage(directory), other));
    expect(await verdict(directory)).toMatchObject(
      rejected('invalid', /another version or release/),
    );
  });

  it.each([
    ['another purpose', { purpose: 'plugin-signer' }],
    ['another generation', { v: 2 }],
    ['another algorithm', { alg: 'ed25519ph' }],
    ['another hash', { tree: { alg: 'md5', files: [] } }],
    ['a member more', { note: 'hello' }],
    ['a time that does not exist', { signedAt: '2026-02-30T00:00:00.000Z' }],
  ])('signed with %s: invalid', async (_, other) => {
    const directory = await signedPlugin();
    const sidecar = publisher.signed(await readPackage(directory), other as object);
    await writeSidecar(directory, sidecar);
    expect(await verdict(directory)).toMatchObject(rejected('invalid', /The sidecar is damaged/));
  });

  it('signed over a list in another order, or with a file twice: refused', async () => {
    const directory = await signedPlugin();
    const found = await readPackage(directory);
    for (const files of [found.list.toReversed(), [...found.list, found.list[0]!]]) {
      await writeSidecar(directory, publisher.signed(found, { tree: { alg: 'sha256', files } }));
      expect(await verdict(directory)).toMatchObject(rejected('modified'));
    }
  });

  it('the same JSON in other bytes: invalid', async () => {
    const directory = await signedPlugin();
    const sidecar = publisher.signed(await readPackage(directory));
    const canonical = sidecarBytes(sidecar).toString();
    const { keyId, ...rest } = sidecar;
    for (const text of [
      JSON.stringify(sidecar, null, 2),
      canonical.trimEnd(),
      `${canonical}\n`,
      canonical.replace('"v":1', '"v":1.0'),
      canonical.replace('"v":1', '"v": 1'),
      canonical.replace('ed25519', '\\u0065d25519'),
      canonical.replace('{"alg"', '{"alg":"none","alg"'),
      `${JSON.stringify({ keyId, ...rest })}\n`,
    ]) {
      await writeFile(`${directory}.sig`, text);
      expect(await verdict(directory)).toMatchObject(rejected('invalid'));
    }
  });

  it.each([0, 1, 40])('half written, %i bytes of it: invalid', async (length) => {
    const directory = await signedPlugin();
    await truncate(`${directory}.sig`, length);
    expect(await verdict(directory)).toMatchObject(rejected('invalid', /sign again/));
  });

  it('larger than any: invalid, and it is not read', async () => {
    const directory = await signedPlugin();
    await truncate(`${directory}.sig`, 2 ** 40);
    expect(await verdict(directory)).toMatchObject(rejected('invalid', /too large/));
  });
});

describe('while files are being written', () => {
  it('a file is half written: modified', async () => {
    const directory = await signedPlugin();
    await truncate(join(directory, 'lib', 'words.js'), 5);
    expect(await verdict(directory)).toMatchObject(rejected('modified', /lib\/words\.js is not/));
  });

  it('plugin.json is half written: invalid', async () => {
    const directory = await signedPlugin();
    await truncate(join(directory, 'plugin.json'), 30);
    expect(await verdict(directory)).toMatchObject(rejected('invalid', /plugin\.json/));
  });

  it('the new files are there and the new sidecar is not: modified, and good once it is', async () => {
    const directory = await signedPlugin();
    await writeTree(plugins, 'acme.greeter', someFiles({ version: '1.1.0', releaseSeq: 2 }));
    expect(await verdict(directory)).toMatchObject(rejected('modified'));
    await writeSidecar(directory, publisher.signed(await readPackage(directory)));
    expect(await verdict(directory)).toMatchObject(trusted);
  });
});

it('a file is swapped between the verification and the load: what was verified is what runs', async () => {
  const directory = await signedPlugin();
  const found = await readPackage(directory);
  const sidecar = await readSidecar(directory);
  await writeFile(join(directory, 'index.js'), 'process.exit(1);\n');
  const rules = { promptdVersion: '0.1.0', allowUnsigned: false, shipped: {} };
  const known = { signers: [publisher.trusted()], approvals: [] };
  expect(trustOf(found, sidecar, known, rules, Date.now())).toMatchObject(trusted);
  expect(String(found.files.get('index.js'))).toBe('export default {};\n');
  // And the digest is of these very bytes.
  expect(packageOf('acme.greeter', found.files).treeDigest).toBe(found.treeDigest);
  expect(await verdict(directory)).toMatchObject(rejected('modified', /index\.js/));
});
