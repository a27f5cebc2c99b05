import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from './database.js';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promptd-lock-'));
  path = join(directory, 'promptd.db');
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const open = () => Database.open({ address: { dialect: 'sqlite', path }, poolSize: 1 });

const refusal = () => `another promptd process has ${path} open`;

it('lets a database file be opened again only after it was closed', async () => {
  const first = await open();
  await expect(open()).rejects.toThrow(refusal());
  await expect(first.ping()).resolves.toBeUndefined();
  await first.close();
  const second = await open();
  await second.close();
});

it('leaves other files alone', async () => {
  const first = await open();
  path = join(directory, 'other.db');
  const second = await open();
  await Promise.all([first.close(), second.close()]);
});

it('ends with a process that is killed', async () => {
  const program = `
    import { lockSqliteFile } from ${JSON.stringify(join(import.meta.dirname, 'sqlite-file-lock.ts'))};
    globalThis.lock = lockSqliteFile(${JSON.stringify(path)});
    process.stdout.write('locked');
    setInterval(() => {}, 60_000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const [said] = await Promise.race([once(child.stdout, 'data'), exit]);
  expect(String(said)).toBe('locked');
  await expect(open()).rejects.toThrow(refusal());

  child.kill('SIGKILL');
  await exit;
  const database = await open();
  await database.close();
});
