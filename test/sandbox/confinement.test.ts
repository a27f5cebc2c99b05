import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runnerFlags } from '../../src/plugins/runner/runner-child.js';

/*
 * What code in a runner process can do when it is not in an isolate any more: each of these is run
 * by the flags that a runner has, after what a runner gives up when it has loaded itself.
 */
const attempts: Readonly<Record<string, string>> = {
  'reads a file of the system': "fs.readFileSync('/etc/passwd')",
  'reads its own program': 'fs.readFileSync(import.meta.filename)',
  'lists a folder': "fs.readdirSync('/')",
  'reads its own memory': "fs.readFileSync('/proc/self/maps')",
  'writes a file': "fs.writeFileSync('/tmp/promptd-escaped', 'x')",
  'starts a process': "child.spawnSync('true')",
  'starts a thread': "new worker.Worker('1', { eval: true })",
  'connects to an address':
    "await new Promise((ok, no) => net.connect(80, '127.0.0.1').on('connect', ok).on('error', (e) => (e.code === 'ECONNREFUSED' ? ok() : no(e))))",
  'listens on a port':
    "await new Promise((ok, no) => net.createServer().on('error', no).listen(0, '127.0.0.1', ok))",
  'asks for a page':
    "await fetch('http://127.0.0.1:8080/').catch((e) => { if (e.cause?.code === 'ECONNREFUSED') return; throw e })",
  'asks for a name': "await dns.promises.lookup('localhost')",
  'loads native code': "process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6')",
  'opens the inspector': "inspector.open(0, '127.0.0.1')",
  'makes code of a text': "new Function('return 1')()",
};

describe('a runner process', () => {
  let folder: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'promptd-confined-')));
    mkdirSync(join(folder, 'inside'));
    symlinkSync(
      join(import.meta.dirname, '..', '..', 'node_modules'),
      join(folder, 'node_modules'),
    );
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function attempt(code: string): string {
    const program = join(folder, 'inside', 'attempt.mjs');
    writeFileSync(
      program,
      `import fs from 'node:fs'; import child from 'node:child_process'; import net from 'node:net';
       import dns from 'node:dns'; import worker from 'node:worker_threads'; import inspector from 'node:inspector';
       process.permission.drop('fs.read'); process.permission.drop('addon');
       try { ${code}; console.log('done'); } catch (error) { console.log(error.code ?? error.cause?.code ?? error.name); }
       process.exit(0);`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, [...runnerFlags(program), program], {
      env: {},
      encoding: 'utf8',
    });
    return stdout.trim() || stderr;
  }

  it('can do what it is for, which shows that the others fail for what they do', () => {
    expect(attempt('JSON.parse("1")')).toBe('done');
  });

  it.each(Object.entries(attempts))('is refused when it %s', (_, code) => {
    // Some refusals are thrown where nothing can catch them, and are in what the process printed.
    expect(attempt(code)).toMatch(/ERR_ACCESS_DENIED|ERR_DLOPEN_DISABLED|^EvalError$/);
  });
});
