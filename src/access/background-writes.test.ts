import { AsyncLocalStorage } from 'node:async_hooks';
import { pino } from 'pino';
import { systemContext } from '../platform/authorization/index.js';
import type { UnitOfWork } from '../platform/database/index.js';
import { BackgroundWrites } from './background-writes.js';

function setUp() {
  const log: string[] = [];
  const unitOfWork: Pick<UnitOfWork, 'run'> = { run: (ctx, work) => work(ctx) };
  const logger = pino({}, { write: (line: string) => void log.push(line) });
  return { log, writes: new BackgroundWrites(unitOfWork as UnitOfWork, logger) };
}

const ctx = systemContext('test');

describe('background writes', () => {
  it('are made one after the other, in their order, and all before the shutdown ends', async () => {
    const { writes } = setUp();
    const trace: string[] = [];
    for (const name of ['first', 'second']) {
      writes.write(ctx, async () => {
        trace.push(`${name} begins`);
        await Promise.resolve();
        trace.push(`${name} ends`);
      });
    }

    await writes.onApplicationShutdown();

    expect(trace).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('log what fails and go on with the next', async () => {
    const { writes, log } = setUp();
    const made: string[] = [];
    writes.write(ctx, () => Promise.reject(new Error('the database is away')));
    writes.write(ctx, () => void made.push('next'));

    await writes.drained();

    expect(made).toEqual(['next']);
    expect(log.join()).toContain('the database is away');
  });

  it('are dropped beyond the bound, which is logged with their number', async () => {
    const { writes, log } = setUp();
    let made = 0;
    const accepted = Array.from({ length: 1_100 }, () => writes.write(ctx, () => void (made += 1)));

    await writes.drained();

    expect(accepted.filter(Boolean)).toHaveLength(made);
    expect(made).toBeLessThan(1_100);
    expect(log.join()).toContain(`"dropped":${1_100 - made}`);
  });

  it('take no part in what the caller was inside of', async () => {
    const { writes } = setUp();
    const inside = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    inside.run('a unit of work', () => {
      writes.write(ctx, () => void seen.push(inside.getStore()));
    });

    await writes.drained();

    expect(seen).toEqual([undefined]);
  });
});
