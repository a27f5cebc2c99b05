import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../../platform/crypto/index.js';
import { fileListOf, treeDigestOf } from './file-list.js';
import { readSeenFile, readTree } from './read-tree.js';

let root: string;
let tree: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'promptd-tree-'));
  tree = join(root, 'greeter');
  put('plugin.json', '{}');
  put('lib/words.js', 'export {};');
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}

const refusal = (sentence: RegExp, reason = 'invalid') => ({
  reason,
  message: expect.stringMatching(sentence),
});

const seen = (path: string) => lstatSync(join(tree, path), { bigint: true });
const read = (path: string, before: ReturnType<typeof seen>) =>
  readSeenFile(join(tree, path), path, before);

it('reads every file once, by its path inside the tree', async () => {
  const files = await readTree(tree);
  expect(Object.fromEntries([...files].map(([path, bytes]) => [path, String(bytes)]))).toEqual({
    'plugin.json': '{}',
    'lib/words.js': 'export {};',
  });
});

it('takes a hard link for the file that it is', async () => {
  writeFileSync(join(root, 'elsewhere.js'), 'shared');
  linkSync(join(root, 'elsewhere.js'), join(tree, 'shared.js'));
  expect(String((await readTree(tree)).get('shared.js'))).toBe('shared');
});

describe('a tree is refused', () => {
  it('that is not there, and no path of the machine is told', async () => {
    const reading = readTree(join(root, 'nothing'));
    await expect(reading).rejects.toMatchObject(refusal(/cannot be read \(ENOENT\)/));
    await expect(reading).rejects.not.toThrow(root);
  });

  it('that is itself a link', async () => {
    symlinkSync(tree, join(root, 'link'));
    await expect(readTree(join(root, 'link'))).rejects.toMatchObject(refusal(/a folder itself/));
  });

  it.each([
    ['to a file outside', '/etc/hostname'],
    ['to a file inside', 'plugin.json'],
    ['to nothing', 'nowhere'],
    ['to its own folder', '.'],
  ])('with a link %s', async (_, target) => {
    symlinkSync(target, join(tree, 'link.js'));
    await expect(readTree(tree)).rejects.toMatchObject(refusal(/link\.js is a link, a device/));
  });

  it('with a pipe, without waiting for it', async () => {
    expect(spawnSync('mkfifo', [join(tree, 'pipe')]).status).toBe(0);
    await expect(readTree(tree)).rejects.toMatchObject(refusal(/pipe is a link, a device/));
  });

  it('with a socket', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(tree, 'socket'), done));
    try {
      await expect(readTree(tree)).rejects.toMatchObject(refusal(/socket is a link, a device/));
    } finally {
      await new Promise((done) => server.close(done));
    }
  });

  it.each([
    '.hidden',
    '.git/config',
    'dot.',
    'a b.js',
    'a\\b.js',
    'a:b.js',
    'caf\u00e9.js',
    'cafe\u0301.js',
    'ind\u0435x.js',
    '%2e%2e',
    'a\nb',
    'a\u202ejs.exe',
    'a'.repeat(201),
  ])('with the name %j', async (name) => {
    put(name, 'x');
    await expect(readTree(tree)).rejects.toMatchObject(refusal(/A name in the tree/));
  });

  it('with bytes for a name that are no UTF-8', async () => {
    const path = Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xff, 0xfe])]);
    writeFileSync(path, 'x');
    await expect(readTree(tree)).rejects.toMatchObject(refusal(/A name in the tree/));
  });

  it.each([
    ['Lib/other.js', 'lib'],
    ['PLUGIN.json', 'plugin.json'],
    ['lib/Words.js', 'lib/words.js'],
  ])('with %s, which differs from another in case alone', async (path) => {
    put(path, 'x');
    await expect(readTree(tree)).rejects.toMatchObject(refusal(/one file on some systems/));
  });

  it('with a folder that is empty', async () => {
    mkdirSync(join(tree, 'empty'));
    await expect(readTree(tree)).rejects.toMatchObject(refusal(/empty\/ is empty/));
  });

  it('with more than 500 files', async () => {
    for (let index = 0; index < 500; index += 1) put(`many/${index}.js`, '');
    await expect(readTree(tree)).rejects.toMatchObject(refusal(/more than 500/));
  });

  it('with more than 10 MiB, of which none is read', async () => {
    put('large.bin', '');
    truncateSync(join(tree, 'large.bin'), 2 ** 40);
    await expect(readTree(tree)).rejects.toMatchObject(refusal(/more than \d+ bytes/));
  });

  it('that nests without end', async () => {
    put(`${'a/'.repeat(40)}deep.js`, 'x');
    await expect(readTree(tree)).rejects.toMatchObject(refusal(/A name in the tree/));
  });
});

describe('between the look and the reading', () => {
  const changed = refusal(/changed while it was read/, 'modified');

  it('a file that is replaced is noticed', async () => {
    const before = seen('plugin.json');
    put('other.json', '[]');
    renameSync(join(tree, 'other.json'), join(tree, 'plugin.json'));
    await expect(read('plugin.json', before)).rejects.toMatchObject(changed);
  });

  it('a file that becomes a link is noticed, and the link is not followed', async () => {
    const before = seen('plugin.json');
    rmSync(join(tree, 'plugin.json'));
    symlinkSync('/etc/hostname', join(tree, 'plugin.json'));
    await expect(read('plugin.json', before)).rejects.toMatchObject(changed);
  });

  it('a file that becomes a pipe is noticed, and nobody waits for it', async () => {
    const before = seen('plugin.json');
    rmSync(join(tree, 'plugin.json'));
    expect(spawnSync('mkfifo', [join(tree, 'plugin.json')]).status).toBe(0);
    await expect(read('plugin.json', before)).rejects.toMatchObject(changed);
  });

  it('a file that goes is noticed', async () => {
    const before = seen('plugin.json');
    rmSync(join(tree, 'plugin.json'));
    await expect(read('plugin.json', before)).rejects.toMatchObject(changed);
  });

  it.each([
    ['grows', '{"a":1}'],
    ['shrinks', ''],
    ['keeps its size', '[]'],
  ])('a file that %s is noticed', async (_, text) => {
    // Some clocks of file systems tick every few milliseconds only.
    utimesSync(join(tree, 'plugin.json'), 1, 1);
    const before = seen('plugin.json');
    put('plugin.json', text);
    await expect(read('plugin.json', before)).rejects.toMatchObject(changed);
  });
});

describe('the digest of a tree', () => {
  const digestOf = (files: Readonly<Record<string, string>>) =>
    treeDigestOf(
      fileListOf(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))),
    );

  it('is the SHA-256 of the canonical list, sorted by bytes', () => {
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const list = [
      { path: 'B.js', size: 1, sha256: sha256('b') },
      { path: 'a.js', size: 2, sha256: sha256('aa') },
    ];
    expect(digestOf({ 'a.js': 'aa', 'B.js': 'b' })).toBe(`sha256:${sha256(canonicalJson(list))}`);
  });

  it('changes with a byte, with a name and with a file more, and not with the order', () => {
    const one = digestOf({ 'a.js': 'a', 'b.js': 'b' });
    expect(digestOf({ 'b.js': 'b', 'a.js': 'a' })).toBe(one);
    const others = [
      digestOf({ 'a.js': 'a', 'b.js': 'c' }),
      digestOf({ 'a.js': 'a', 'c.js': 'b' }),
      digestOf({ 'a.js': 'b', 'b.js': 'a' }),
      digestOf({ 'a.js': 'a', 'b.js': 'b', 'c.js': '' }),
    ];
    expect(new Set([one, ...others]).size).toBe(5);
  });
});
