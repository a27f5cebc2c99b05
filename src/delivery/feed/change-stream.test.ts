import type { Principal } from '../../platform/authorization/index.js';
import { ChangeStream } from './change-stream.js';
import { StreamLimits } from './stream-limits.js';
import type { ToldChange } from './stream-text.js';

const reader = {
  projectId: 'p',
  principal: { kind: 'key', id: 'k' } as Principal,
  credential: { kind: 'key', keyHash: '' },
  patterns: ['support/*'],
} as const;

const change = (revision: number, prompt = 'support/a'): ToldChange => ({
  revision,
  prompt,
  json: `"${prompt} ${revision}"`,
});

/** A stream with everything that was sent so far, without the delay at its beginning. */
function streamFrom(from: number, limits: Partial<StreamLimits> = {}) {
  const stream = new ChangeStream(reader, from, Object.assign(new StreamLimits(), limits));
  const sent = () => {
    let text = '';
    for (;;) {
      const chunk = stream.body.read() as Buffer | null;
      if (chunk === null) break;
      text += chunk.toString();
    }
    return text.replace(/^retry: \d+\n\n/, '');
  };
  return { stream, sent };
}

const begin = (stream: ChangeStream, missed: readonly ToldChange[], from: number) =>
  stream.begin({ missed, from, resync: false });
const ready = (revision: number) =>
  `id: ${revision}\nevent: ready\ndata: {"revision":${revision}}\n\n`;
const resync = (revision: number) =>
  `id: ${revision}\nevent: resync\ndata: {"revision":${revision}}\n\n`;
const told = (revision: number, prompt = 'support/a') =>
  `id: ${revision}\nevent: change\ndata: "${prompt} ${revision}"\n\n`;

it('sends what was missed, then that it is ready, and then what was offered meanwhile', async () => {
  const { stream, sent } = streamFrom(3);
  stream.offer([change(4)], 4);
  expect(sent()).toBe('');
  await begin(stream, [change(2), change(3)], 3);
  expect(sent()).toBe(told(2) + told(3) + ready(3) + told(4));
});

it('tells a reader who has heard more elsewhere nothing that it was told there', async () => {
  const { stream, sent } = streamFrom(3);
  stream.offer([change(4)], 4);
  await begin(stream, [], 5);
  stream.offer([change(5)], 5);
  stream.offer([change(6)], 6);
  expect(sent()).toBe(ready(5) + told(6));
});

it('puts the id on the last visible change of a revision only', async () => {
  const { stream, sent } = streamFrom(0);
  await begin(stream, [], 0);
  sent();
  stream.offer([change(1), change(1, 'support/b'), change(1, 'sales/c'), change(2)], 2);
  const first = 'event: change\ndata: "support/a 1"\n\n';
  expect(sent()).toBe(first + told(1, 'support/b') + told(2));
});

it('keeps back everything while it is doubted, and sends it when it is trusted again', async () => {
  const { stream, sent } = streamFrom(0);
  await begin(stream, [], 0);
  sent();
  stream.distrust();
  stream.offer([change(1)], 1);
  expect(sent()).toBe('');
  stream.trust(null);
  expect(sent()).toBe(told(1));
});

it('sends nothing of what it kept back when it is ended instead', async () => {
  const { stream, sent } = streamFrom(0);
  await begin(stream, [], 0);
  sent();
  stream.distrust();
  stream.offer([change(1)], 1);
  stream.end();
  stream.trust(null);
  stream.offer([change(2)], 2);
  expect(sent()).toBe('');
  expect(stream.isOpen).toBe(false);
});

it('forgets what waits when it is too much, and says so once', async () => {
  const { stream, sent } = streamFrom(0, { maxWaiting: 2 });
  await begin(stream, [], 0);
  sent();
  stream.distrust();
  for (const revision of [1, 2, 3, 4]) stream.offer([change(revision)], revision);
  stream.skip(9);
  stream.trust(null);
  stream.offer([change(10)], 10);
  expect(sent()).toBe(resync(9) + told(10));
});

it('offers its id with a heartbeat when more happened than was to be seen', async () => {
  const { stream, sent } = streamFrom(0, { heartbeatMs: 0 });
  await begin(stream, [], 0);
  stream.offer([change(1, 'sales/c')], 1);
  sent();
  stream.beat(performance.now());
  expect(sent()).toBe(': heartbeat\nid: 1\n\n');
  stream.beat(performance.now());
  expect(sent()).toBe(': heartbeat\n\n');
});

it('never offers an id with a heartbeat while something before it waits', async () => {
  const { stream, sent } = streamFrom(0, { heartbeatMs: 0 });
  await begin(stream, [], 0);
  sent();
  stream.distrust();
  stream.offer([change(1)], 1);
  stream.beat(performance.now());
  expect(sent()).toBe(': heartbeat\n\n');
});

describe('when the database lost what was told', () => {
  it('has its reader look anew, and tells what happens from the earlier revision on', async () => {
    const { stream, sent } = streamFrom(7, { heartbeatMs: 0 });
    await begin(stream, [], 7);
    stream.distrust();
    stream.offer([change(8)], 8);
    stream.skip(4);
    sent();
    stream.trust(null);
    stream.offer([change(5)], 5);
    expect(sent()).toBe(resync(4) + told(5));
    stream.offer([change(6, 'sales/c')], 6);
    stream.beat(performance.now());
    expect(sent()).toBe(': heartbeat\nid: 6\n\n');
  });

  it('begins there, wherever it was to begin', async () => {
    const { stream, sent } = streamFrom(7);
    stream.skip(4);
    await begin(stream, [], 9);
    stream.offer([change(5)], 5);
    expect(sent()).toBe(resync(4) + told(5));
  });
});

it('sends nothing when it was ended before it began', async () => {
  const { stream, sent } = streamFrom(3);
  const failed = jest.fn();
  stream.body.on('error', failed);
  stream.end();
  await begin(stream, [change(2)], 3);
  expect(sent()).toBe('');
  await new Promise(setImmediate);
  expect(failed).not.toHaveBeenCalled();
});
