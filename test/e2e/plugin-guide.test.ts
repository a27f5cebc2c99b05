import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { builtProgram } from '../support/built-program.js';
import { endPrograms, startProgram } from '../support/child-program.js';
import { databaseUnderTest } from '../support/fresh-database.js';

// The first test of a run waits for the build.
jest.setTimeout(240_000);

const repository = join(import.meta.dirname, '..', '..');
const guide = readFileSync(join(repository, 'plugins', 'README.md'), 'utf8');

/** The commands below a heading of the guide, block by block. */
function commandsOf(heading: string): readonly string[] {
  const chapter = guide.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';
  return Array.from(chapter.matchAll(/^```sh\n(.*?)^```$/gms), ([, block]) => block!);
}

/** Where a reader stands: in a clone that is built, with a shell. */
class Clone {
  readonly directory = mkdtempSync(join(tmpdir(), 'promptd-guide-'));

  constructor() {
    cpSync(join(repository, 'plugins', 'hello'), join(this.directory, 'plugins', 'hello'), {
      recursive: true,
    });
    mkdirSync(join(this.directory, 'bin'));
    const npx = join(this.directory, 'bin', 'npx');
    const cli = join(builtProgram(), 'src', 'cli.js');
    writeFileSync(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" "${cli}" "$@"\n`);
    chmodSync(npx, 0o755);
  }

  /** Types the commands into one shell, and answers what was to be read. */
  async type(commands: string): Promise<string> {
    const path = [join(this.directory, 'bin'), process.env.PATH].join(delimiter);
    const shell = spawn('sh', ['-c', `exec 2>&1\n${commands}`], {
      cwd: this.directory,
      env: { PATH: path, HOME: this.directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = await Promise.all([text(shell.stdout), once(shell, 'close')]);
    return printed;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const onSqlite = databaseUnderTest() === 'sqlite' ? describe : describe.skip;

onSqlite('the guide for authors of plugins, as typed', () => {
  let clone: Clone;
  beforeEach(() => {
    clone = new Clone();
  });
  afterEach(async () => {
    await endPrograms();
    clone.remove();
  });

  it('leads from a key over a plugin that serves to a changed byte that is refused', async () => {
    const [install, sign] = commandsOf('Sign it');
    const [start, run] = commandsOf('See it run');
    const [change] = commandsOf('See a changed byte refused');
    expect(install).toBe('npm ci && npm run build\n');

    const signed = await clone.type(sign!);
    expect(signed).toMatch(/the private key is in promptd-plugin-key\.pem/);
    expect(signed).toMatch(/^signed twin 1\.0\.0 \(release 1\)/m);
    expect(signed).toMatch(/^twin 1\.0\.0 .* is as the holder of the key \S{43} signed it$/m);

    // Who comes from the quick start has an admin in ./data.
    const quickStart = await startProgram({ cwd: clone.directory, environment: { PORT: '0' } });
    await quickStart.stop();
    const settings = await clone.type(start!.replace(/npm start\n$/, 'env'));
    const environment = Object.fromEntries(
      settings.matchAll(/^(PROMPTD_\w+)=(.*)$/gm).map(([, name, value]) => [name!, value!]),
    );
    const { url } = await startProgram({
      cwd: clone.directory,
      environment: { ...environment, PORT: '0' },
    });
    const told = await clone.type((run! + change!).replace('http://127.0.0.1:8080', url));

    const [signer, waiting, approved, project, greeted, verified, loaded, seen, still] = told
      .trim()
      .split('\n');
    expect(JSON.parse(signer!)).toMatchObject({ names: ['twin'], status: 'active' });
    expect(JSON.parse(waiting!).items).toMatchObject([{ name: 'twin', state: 'pending-approval' }]);
    expect(JSON.parse(approved!)).toMatchObject({ name: 'twin', state: 'active' });
    expect(JSON.parse(project!)).toMatchObject({ name: 'demo' });
    expect(JSON.parse(greeted!)).toMatchObject({ greeting: 'Hello, ada!', project: 'demo' });
    expect(verified).toMatch(/my-plugins\/twin is refused \(modified\): index\.js is not as it/);
    expect(JSON.parse(loaded!)).toMatchObject({ status: 409, code: 'plugin-not-loaded' });
    expect(JSON.parse(seen!)).toMatchObject({ state: 'active', next: { reason: 'modified' } });
    expect(JSON.parse(still!)).toEqual(JSON.parse(greeted!));
  });
});
