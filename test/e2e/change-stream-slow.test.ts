import type { ChangeStream } from '../../src/delivery/feed/change-stream.js';
import type { EventStream } from '../support/event-stream.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { StreamReaders } from '../support/stream-readers.js';

let app: FreshApplication;
let readers: StreamReaders;
let workspace: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_RATE_LIMIT_WRITES: '0' });
  readers = new StreamReaders(app);
});
afterAll(() => app.close());
beforeEach(async () => {
  workspace = await PromptWorkspace.create(app);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await readers.close();
});

const follow = () => readers.follow(workspace);

// Buffers of the system hold megabytes, which take a busy machine seconds to fill.
jest.setTimeout(60_000);

describe('a slow reader', () => {
  const filler = 'x'.repeat(1_500);

  /** Many changes without many requests: as the hub would offer them. */
  async function flood(held: ChangeStream, size: number): Promise<number> {
    const from = Number(Reflect.get(held, 'offered'));
    for (let revision = from + 1; revision <= from + size; revision += 1) {
      const json = JSON.stringify({ revision, filler });
      held.offer([{ revision, prompt: 'flood', json }], revision);
    }
    // Lets the socket take what it takes.
    await new Promise((resolve) => setImmediate(resolve));
    return from + size;
  }

  /** Goes on until the buffers between are full, whose sizes are the system's to say. */
  async function choke(held: ChangeStream, sign: 'lost' | 'full'): Promise<void> {
    do await flood(held, 200);
    while (Reflect.get(held, sign) !== true);
  }

  it('is told to look itself where more waits than is kept, and everything again after that', async () => {
    readers.bound({ maxBufferedBytes: 1_000, maxWaiting: 5 });
    const stream = await follow();
    const [held] = readers.held;
    stream.pause();
    await choke(held!, 'lost');
    stream.resume();
    const last = await flood(held!, 3);
    await stream.until(() => stream.lastId === String(last));

    expect(stream.of('resync').length).toBeGreaterThan(0);
    expect(gaps(stream)).toEqual([]);
  });

  it('holds no more than it is allowed, however much happens', async () => {
    const stream = await follow();
    const [held] = readers.held;
    stream.pause();
    await choke(held!, 'lost');
    for (let round = 0; round < 20; round += 1) await flood(held!, 200);

    expect(held!.body.readableLength).toBeLessThan(64 * 1024 + 2_000);
    expect(Reflect.get(held!, 'waiting')).toHaveLength(0);
  });

  it('that takes nothing for a minute is cut off', async () => {
    readers.bound({ maxBufferedBytes: 1_000, maxWaiting: 5, stalledMs: 0 });
    const stream = await follow();
    const [held] = readers.held;
    stream.pause();
    await choke(held!, 'full');
    readers.hub.tick();
    expect(held!.body.destroyed).toBe(true);
    stream.resume();
    await stream.ended();
  });

  it('that takes its time with what it missed is told all of it', async () => {
    const start = Number((await workspace.request('get', '/changes')).body.revision);
    const moves = Array.from({ length: 10 }, (_, index) => `label-${index}`);
    for (let version = 0; version < 10; version += 1) {
      await workspace.publish('a', `1.0.${version}`, { labels: moves });
    }
    readers.bound({ maxBufferedBytes: 1_000, maxWaiting: 5 });
    const stream = await readers.open(workspace, undefined, { 'Last-Event-ID': String(start) });
    stream.pause();
    await workspace.create('b');
    stream.resume();
    await stream.until(() => stream.lastId === String(start + 11));

    expect(stream.of('resync')).toEqual([]);
    expect(stream.changes).toHaveLength(1 + 10 * 11 + 1);
  });

  /** Where a revision is left out and nothing said so. */
  function gaps({ events }: EventStream): readonly string[] {
    const found: string[] = [];
    let known = 0;
    for (const { event, data, id } of events) {
      if (event === 'change' && Number(data.revision) !== known + 1) found.push(`after ${known}`);
      if (id !== undefined) known = Number(id);
    }
    return found;
  }
});
