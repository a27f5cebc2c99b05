import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';

const repository = join(import.meta.dirname, '..', '..');
const builds = join(repository, 'node_modules', '.cache', 'promptd-builds');

const sourceFolders = ['src', 'migrations'];
const settingFiles = ['package.json', 'package-lock.json', 'nest-cli.json', 'tsconfig.json'];
const lockWaitMs = 120_000;
const keepUnusedMs = 24 * 60 * 60 * 1000;

let built: string | undefined;

/**
 * The directory of the program as `npm run build` makes it, for tests that start it as a process of
 * its own. Built once for each state of the sources, whichever test file asks first; `dist` is left
 * alone, because somebody may be running it.
 */
export function builtProgram(): string {
  built ??= builtNow();
  return built;
}

function builtNow(): string {
  const directory = join(builds, digestOfSources());
  if (!existsSync(directory)) {
    underLock(() => {
      buildInto(directory);
    });
  }
  const now = new Date();
  utimesSync(directory, now, now);
  return directory;
}

function digestOfSources(): string {
  const hash = createHash('sha256').update(process.version);
  const sources = sourceFolders.flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(test|fake)\.ts$/.test(entry.name))
      .map((entry) => relative(repository, join(entry.parentPath, entry.name))),
  );
  for (const file of [...sources.sort(), ...settingFiles]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(repository, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** SQLite's lock on a file: the operating system drops it however this process ends. */
function underLock(work: () => void): void {
  mkdirSync(builds, { recursive: true });
  const lock = new BetterSqlite3(join(builds, 'lock.db'), { timeout: lockWaitMs });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    work();
  } finally {
    lock.close();
  }
}

function buildInto(directory: string): void {
  if (existsSync(directory)) return;
  removeUnusedBuilds();
  const draft = `${directory}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const config = `${directory}.tsconfig.json`;
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(repository, 'tsconfig.build.json'),
      compilerOptions: { rootDir: repository, outDir: draft },
      include: sourceFolders.map((folder) => join(repository, folder)),
      exclude: ['**/*.test.ts', '**/*.fake.ts'].map((pattern) => join(repository, pattern)),
    }),
  );
  const nest = join(repository, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [nest, 'build', '--path', relative(repository, config)],
    { cwd: repository, encoding: 'utf8' },
  );
  rmSync(config);
  if (status !== 0) throw new Error(`the program does not build:\n${stdout}${stderr}`);
  renameSync(draft, directory);
}

function removeUnusedBuilds(): void {
  for (const name of readdirSync(builds)) {
    const path = join(builds, name);
    const unusedMs = Date.now() - statSync(path).mtimeMs;
    if (name !== 'lock.db' && unusedMs > keepUnusedMs) rmSync(path, { recursive: true });
  }
}
