import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { readOrCreateKeyFile } from './key-file.js';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'promptd-key-'));
  path = join(directory, 'data', 'signing.key');
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

it('makes a key once and reads the same ever after', () => {
  const key = readOrCreateKeyFile(path);
  expect(key).toHaveLength(32);
  expect(readOrCreateKeyFile(path)).toEqual(key);
  expect(Buffer.from(readFileSync(path, 'utf8'), 'base64')).toEqual(key);
});

it('makes another key in another place', () => {
  expect(readOrCreateKeyFile(path)).not.toEqual(readOrCreateKeyFile(join(directory, 'other')));
});

it('lets its owner alone read the file and the directory it made', () => {
  readOrCreateKeyFile(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, 'data')).mode & 0o777).toBe(0o700);
});

it('leaves nothing but the file', () => {
  readOrCreateKeyFile(path);
  expect(readdirSync(join(directory, 'data'))).toEqual(['signing.key']);
});

it.each([
  ['nothing', ''],
  ['another number of bytes', Buffer.alloc(31).toString('base64')],
  ['a text', 'this is not a key'],
])('refuses a file that holds %s, and leaves it as it is', (_, content) => {
  path = join(directory, 'signing.key');
  writeFileSync(path, content);
  expect(() => readOrCreateKeyFile(path)).toThrow(
    `the key file ${path} must hold 32 bytes in base64`,
  );
  expect(readFileSync(path, 'utf8')).toBe(content);
});

const repository = join(import.meta.dirname, '..', '..', '..');

it('gives one key to all that start at once', async () => {
  const count = 4;
  const arrived = new Int32Array(new SharedArrayBuffer(4));
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { arrived, count, resolver, module, path } = workerData;
    import(resolver).then(() => import(module)).then(({ readOrCreateKeyFile }) => {
      Atomics.add(arrived, 0, 1);
      while (Atomics.load(arrived, 0) < count);
      parentPort.postMessage(readOrCreateKeyFile(path).toString('base64'));
    });
  `;
  const module = join(import.meta.dirname, 'key-file.ts');
  const resolver = join(repository, 'test', 'support', 'resolve-typescript.ts');
  const answers = Array.from({ length: count }, async () => {
    const workerData = { arrived, count, resolver, module, path };
    const worker = new Worker(program, { eval: true, workerData });
    const [answer] = (await once(worker, 'message')) as [string];
    await worker.terminate();
    return answer;
  });
  const keys = new Set(await Promise.all(answers));
  expect([...keys]).toEqual([readFileSync(path, 'utf8').trim()]);
  expect(readdirSync(join(directory, 'data'))).toEqual(['signing.key']);
});
