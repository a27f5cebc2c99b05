import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getPriority } from 'node:os';
import { fixedLimits, type HostCall } from '../../src/plugins/index.js';
import { forbidden } from '../../src/platform/errors/index.js';
import { builtProgram } from '../support/built-program.js';
import {
  emptyHost,
  endpoint,
  endRunners,
  packageOf,
  packageWith,
  runPlugin,
} from '../support/sandboxed-plugin.js';
import { until } from '../support/until.js';

const ping = { kind: 'ping' } as const;

describe('a runner process', () => {
  afterEach(endRunners);

  it('answers calls in flight when it is killed, and the next call finds another one', async () => {
    const { runner, kills, attack } = await runPlugin('waits-for-the-host');
    const { pid } = runner.stats();

    const { outcome } = await attack('wait', () => {
      process.kill(pid!, 'SIGKILL');
      return new Promise(() => undefined);
    });

    expect(outcome).toMatchObject({ ok: false, reason: 'crashed' });
    expect(await runner.call(endpoint('quick'), {}, emptyHost)).toMatchObject({ value: 'quick' });
    expect(kills).toMatchObject([{ what: 'process', reason: 'crashed' }]);
    expect(runner.stats()).toMatchObject({ kills: 1, starts: 2 });
  });

  it('is there again when it was killed while it did nothing', async () => {
    const { runner } = await runPlugin('clean');
    const { pid } = runner.stats();

    process.kill(pid!, 'SIGKILL');
    const next = await until(
      () => soon(() => runner.stats().pid),
      (now) => now !== undefined && now !== pid,
    );

    expect(await runner.call(ping, {}, emptyHost)).toMatchObject({ ok: true });
    expect(runner.stats().pid).toBe(next);
  });

  it('runs init once in each isolate, whoever made it new', async () => {
    const { runner, attack } = await runPlugin('kill-from-within');
    expect((await attack('begun')).outcome).toMatchObject({ value: 0 });

    expect(await runner.call({ kind: 'init' }, null, emptyHost)).toMatchObject({ ok: true });
    expect((await attack('begun')).outcome).toMatchObject({ value: 1 });
    await attack('attack');
    expect((await attack('begun')).outcome).toMatchObject({ value: 1 });
    expect(await runner.call({ kind: 'check' }, null, emptyHost)).toMatchObject({ ok: true });
  });

  it('begins each isolate and each process with the host of the last init', async () => {
    const { runner, attack } = await runPlugin('begins-with-the-host');
    const settingsOf =
      (value: string): HostCall =>
      () =>
        Promise.resolve(value);
    const look = () => runner.call(endpoint('look'), {}, emptyHost);

    await runner.call({ kind: 'init' }, null, settingsOf('first'));
    const atOnce = await Promise.all([look(), look(), look()]);
    await attack('attack');

    expect(atOnce).toMatchObject([{ value: 'first' }, { value: 'first' }, { value: 'first' }]);
    expect(await look()).toMatchObject({ value: 'first' });
  });

  it('begins nothing by itself when init failed', async () => {
    const { runner } = await runPlugin('begins-with-the-host');

    expect(await runner.call({ kind: 'init' }, null, () => Promise.resolve('wrong'))).toMatchObject(
      { ok: false, reason: 'thrown', message: 'Error: wrong settings' },
    );
    expect(await runner.call(ping, null, emptyHost)).toMatchObject({ ok: true });
  });

  it('goes on when one of its isolates is ended, and calls beside it do', async () => {
    const { runner, kills } = await runPlugin('unhandled-trap');
    const { pid } = runner.stats();

    const [ended, kept] = await Promise.all([
      runner.call(endpoint('attack'), {}, emptyHost),
      runner.call(endpoint('plain'), {}, emptyHost),
    ]);

    expect(ended).toMatchObject({ ok: false, reason: 'cpu' });
    expect(kept).toMatchObject({ ok: true });
    expect(await runner.call(endpoint('plain'), {}, emptyHost)).toMatchObject({ ok: true });
    expect(kills).toMatchObject([{ what: 'isolate', reason: 'cpu' }]);
    expect(runner.stats().pid).toBe(pid);
  });

  it('runs as many calls at a time as it has memory for, and tells others that it is busy', async () => {
    const { runner } = await runPlugin('waits-for-the-host');
    const answers: ((value: unknown) => void)[] = [];
    const slow: HostCall = () => new Promise((resolve) => answers.push(resolve));

    const calls = Array.from({ length: 36 }, () => runner.call(endpoint('wait'), {}, slow));
    await until(
      () => soon(() => answers.length),
      (count) => count === 3,
    );

    expect(await calls[35]).toMatchObject({ ok: false, reason: 'busy' });
    expect(runner.stats()).toMatchObject({ callsInFlight: 3, callsWaiting: 32 });
    await runner.stop(0);
    const outcomes = await Promise.all(calls.slice(0, 35));
    expect(new Set(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.reason)))).toEqual(
      new Set(['stopped']),
    );
  });

  it('does not begin what nobody waits for any more', async () => {
    const { runner } = await runPlugin('waits-for-the-host', { rssMb: 130 });
    const answers: ((value: unknown) => void)[] = [];
    const slow: HostCall = () => new Promise((resolve) => answers.push(resolve));
    const [nobody, somebody] = [new AbortController(), new AbortController()];

    const running = runner.call(endpoint('wait'), {}, slow, nobody.signal);
    const unwanted = runner.call(endpoint('quick'), {}, emptyHost, nobody.signal);
    const wanted = runner.call(endpoint('quick'), {}, emptyHost, somebody.signal);
    await until(
      () => soon(() => answers.length),
      (count) => count === 1,
    );
    nobody.abort();
    expect(await unwanted).toMatchObject({ ok: false, reason: 'busy' });
    answers[0]!('late');

    expect(await Promise.all([running, wanted])).toMatchObject([
      { value: 'late' },
      { value: 'quick' },
    ]);
    expect(runner.stats().calls).toBe(2);
  });

  it('lets calls in flight end when it is stopped, and takes no others', async () => {
    const { runner, kills } = await runPlugin('waits-for-the-host');
    const { pid } = runner.stats();
    let answer: (value: unknown) => void = () => undefined;
    let asked: () => void = () => undefined;
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    const call = runner.call(endpoint('wait'), {}, () => {
      asked();
      return new Promise((resolve) => (answer = resolve));
    });
    await wasAsked;

    const stop = runner.stop(5000);
    expect(await runner.call(ping, {}, emptyHost)).toMatchObject({ ok: false, reason: 'stopped' });
    answer('in time');

    expect(await call).toMatchObject({ ok: true, value: 'in time' });
    await stop;
    expect(isAlive(pid!)).toBe(false);
    expect(kills).toEqual([]);
  });

  it('serves who waits as well when it is stopped, by another process if it must', async () => {
    // However slowly the other process starts, the wait for it is not over.
    const limits: { maxWaitMs: number } = fixedLimits;
    const patient = jest.replaceProperty(limits, 'maxWaitMs', 60_000);
    const { runner } = await runPlugin('waits-for-the-host', { rssMb: 130 });
    patient.restore();
    const { pid } = runner.stats();
    const inFlight = runner.call(endpoint('wait'), {}, () => {
      void runner.stop(60_000);
      process.kill(pid!, 'SIGKILL');
      return new Promise(() => undefined);
    });
    const waiting = [1, 2, 3].map(() => runner.call(endpoint('quick'), {}, emptyHost));

    expect(await inFlight).toMatchObject({ ok: false, reason: 'crashed' });
    expect(await Promise.all(waiting)).toMatchObject(waiting.map(() => ({ value: 'quick' })));
    await runner.stop(60_000);
    expect(childrenOf(process.pid)).toEqual([]);
  });

  it('waits no longer than it was told when it is stopped', async () => {
    const { runner } = await runPlugin('waits-for-the-host', { rssMb: 130 });
    const never: HostCall = () => new Promise(() => undefined);
    const calls = [1, 2].map(() => runner.call(endpoint('wait'), {}, never));

    await runner.stop(1);

    expect(await Promise.all(calls)).toMatchObject(calls.map(() => ({ reason: 'stopped' })));
  });

  it('tells a plugin why the host refused, and nothing of how it failed', async () => {
    const { attack } = await runPlugin('waits-for-the-host');

    expect(
      (await attack('caught', () => Promise.reject(forbidden('Not yours.')))).outcome,
    ).toMatchObject({
      value: { name: 'Error', message: 'Not yours.', code: 'forbidden', own: ['code'] },
    });
    expect(
      (await attack('caught', () => Promise.reject(new Error('SELECT * FROM secrets')))).outcome,
    ).toMatchObject({ value: { message: 'render failed.', code: null } });
    expect(
      (await attack('caught', () => Promise.resolve('x'.repeat(1_000_000)))).outcome,
    ).toMatchObject({ value: { message: 'What render answers is too large for a plugin.' } });
  });

  it('is gone when a plugin could not be started', async () => {
    const plugin = packageWith({ 'index.js': 'throw new Error("not today")' });

    await expect(runPlugin(plugin)).rejects.toMatchObject({
      name: 'RunnerStartError',
      reason: 'thrown',
      message: 'not today',
    });
    expect(childrenOf(process.pid)).toEqual([]);
  });

  it('is gone when it is stopped while a call waits for it to start', async () => {
    const { runner } = await runPlugin('clean');
    process.kill(runner.stats().pid!, 'SIGKILL');
    await until(
      () => soon(() => runner.stats().pid),
      (pid) => pid === undefined,
    );

    const call = runner.call(ping, {}, emptyHost);
    await runner.stop(0);

    expect(await call).toMatchObject({ ok: false, reason: 'stopped' });
    expect(childrenOf(process.pid)).toEqual([]);
  });

  it('needs no more memory after thousands of calls than after the first ones', async () => {
    const { runner, kills } = await runPlugin('clean');
    const echo = { text: 'lorem ipsum dolor '.repeat(560) };
    const calls = async () => {
      for (let at = 0; at < 1500; at += 1) await runner.call(endpoint('echo'), echo, emptyHost);
    };

    await Promise.all([calls(), calls(), calls()]);

    expect(kills).toEqual([]);
    // It was twice as much before texts crossed in pieces.
    expect(runner.stats().peakRssBytes).toBeLessThan(130 * 1024 * 1024);
  });

  it('has no environment, and a lower priority than the server', async () => {
    const { runner } = await runPlugin('clean');
    const { pid } = runner.stats();

    expect(readFileSync(`/proc/${pid!}/environ`, 'utf8')).toBe('');
    expect(getPriority(pid)).toBeGreaterThan(getPriority());
  });

  it('ends with the process that started it, whatever a plugin does', async () => {
    const program = pathToFileURL(join(builtProgram(), 'src', 'plugins', 'index.js')).href;
    const source = packageOf('kill-from-within').files.get('index.js')!.toString();
    const parent = spawn(
      process.execPath,
      ['--input-type=module', '--eval', parentProgram(program, source)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);

    parent.kill('SIGKILL');

    await until(
      () => soon(() => isAlive(pid)),
      (alive) => !alive,
    );
  });
});

function parentProgram(program: string, source: string): string {
  return `
    const { RunnerProcess, limitsOf } = await import(${JSON.stringify(program)});
    const files = new Map([['index.js', Buffer.from(${JSON.stringify(source)})]]);
    const runner = await RunnerProcess.start(
      { manifest: { name: 'x', entry: 'index.js' }, files, treeDigest: '' },
      limitsOf({ endpointSliceMs: 10_000, cpuMs: 10_000, wallMs: 60_000 }),
      { killed: () => undefined },
    );
    void runner.call({ kind: 'endpoint', handler: 'loop' }, {}, async () => null);
    console.log(runner.stats().pid);
  `;
}

/** Processes that were started from here and are not gone. */
function childrenOf(pid: number): string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ');
}

/** Asked in a turn of its own, so that what is waited for can happen. */
function soon<T>(ask: () => T): Promise<T> {
  return new Promise((resolve) =>
    setImmediate(() => {
      resolve(ask());
    }),
  );
}

/** A process that ended and was not waited for yet is still known, as a zombie. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
