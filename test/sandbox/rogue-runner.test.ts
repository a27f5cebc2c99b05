import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endRunners, runPlugin } from '../support/sandboxed-plugin.js';

/*
 * What a plugin could do to the API process if it broke out of its isolate and owned its runner: the
 * program that is started here is the attacker's.
 */
describe('a runner that is no longer ours', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'promptd-rogue-'));
    mkdirSync(join(folder, 'inside'));
    symlinkSync(
      join(import.meta.dirname, '..', '..', 'node_modules'),
      join(folder, 'node_modules'),
    );
  });
  afterEach(endRunners);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function callRogue(name: string, host = () => Promise.resolve(null)) {
    const program = join(folder, 'inside', `${name}.mjs`);
    copyFileSync(join(import.meta.dirname, 'rogues', 'rogue.mjs'), program);
    const { kills, attack } = await runPlugin('clean', { wallMs: 500 }, program);
    return { ...(await attack('x', host)), kills };
  }

  it.each([
    'garbage',
    'binary',
    'endless-line',
    'unknown-type',
    'odd-operation',
    'foreign-call',
    'no-json',
    'fractional-call',
    'log-flood',
    'long-log',
    'odd-level',
    'second-ready',
    'odd-reason',
    'twice-loading',
    ...(process.platform === 'linux' ? ['memory'] : []),
  ])('is killed for what no runner says: %s', async (name) => {
    const { outcome, blockedMs, kills } = await callRogue(name);

    expect(outcome).toMatchObject({ ok: false, reason: 'crashed' });
    expect(blockedMs).toBeLessThan(200);
    expect(kills).toMatchObject([{ what: 'process', reason: 'crashed' }]);
  });

  it('is killed when it asks the host more often than a call may', async () => {
    const host = jest.fn(() => Promise.resolve(null));

    const { outcome } = await callRogue('host-flood', host);

    expect(outcome).toMatchObject({ ok: false, reason: 'crashed' });
    expect(host).toHaveBeenCalledTimes(100);
  });

  it('is killed half a second after a call should have ended', async () => {
    const { outcome, tookMs, kills } = await callRogue('silent');

    expect(outcome).toMatchObject({ ok: false, reason: 'timeout' });
    expect(tookMs).toBeGreaterThan(900);
    expect(kills).toMatchObject([{ what: 'process', reason: 'timeout' }]);
  });

  it('cannot make a message longer than its callers expect', async () => {
    const { outcome } = await callRogue('long-message');

    expect(outcome).toMatchObject({ ok: false, message: expect.stringMatching(/^x{500}$/) });
  });

  it('makes a call end that it leaves', async () => {
    expect((await callRogue('exits')).outcome).toMatchObject({ ok: false, reason: 'crashed' });
  });

  it('fills no memory with what it prints', async () => {
    const { kills } = await callRogue('noisy');

    expect(kills[0]!.printed).toHaveLength(8192);
  });
});
