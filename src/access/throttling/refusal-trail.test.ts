import { pino } from 'pino';
import { type OperationContext, systemContext } from '../../platform/authorization/index.js';
import type { UnitOfWork } from '../../platform/database/index.js';
import { INSTANCE_PROJECT, type NewEvent, type Outbox } from '../../platform/events/index.js';
import { Clock } from '../../platform/time/index.js';
import { BackgroundWrites } from '../background-writes.js';
import { MAX_WRITTEN, MAX_WRITTEN_IN_ALL, RefusalTrail, WINDOW_SECONDS } from './refusal-trail.js';

const denied: NewEvent = {
  type: 'access.denied',
  projectId: INSTANCE_PROJECT,
  subject: { type: 'instance', id: INSTANCE_PROJECT, name: 'instance' },
};
const failed: NewEvent = { ...denied, type: 'login.failed' };
const ctx: OperationContext = { ...systemContext('test'), requestId: 'first' };

function setUp() {
  const written: { readonly requestId: string; readonly event: NewEvent }[] = [];
  const unitOfWork: Pick<UnitOfWork, 'run'> = { run: (tx, work) => work(tx) };
  const outbox: Pick<Outbox, 'record'> = {
    record: ({ requestId }, event) => void written.push({ requestId, event }),
  };
  const clock = new Clock();
  const background = new BackgroundWrites(unitOfWork as UnitOfWork, pino({ level: 'silent' }));
  const trail = new RefusalTrail(background, outbox as Outbox, clock);
  const types = async () => {
    await background.drained();
    return Object.fromEntries(
      Map.groupBy(written, ({ event }) => event.type)
        .entries()
        .map(([type, events]) => [type, events.length]),
    );
  };
  const counted = () => written.filter(({ event }) => event.type === 'refusals.counted');
  return { trail, background, clock, written, types, counted };
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

it('writes so many of one source one by one, and the rest as a number when the minute is over', async () => {
  const { trail, types, counted } = setUp();
  for (let count = 0; count < MAX_WRITTEN + 40; count += 1) {
    trail.record({ ...ctx, requestId: `request ${count}` }, 'user a', denied);
    if (count < 3) trail.record(ctx, 'user b', denied);
  }
  trail.record(ctx, 'user a', failed);
  expect(await types()).toEqual({ 'access.denied': MAX_WRITTEN + 3, 'login.failed': 1 });

  jest.advanceTimersByTime(WINDOW_SECONDS * 1000);

  expect(await types()).toMatchObject({ 'refusals.counted': 1 });
  expect(counted()[0]).toMatchObject({
    requestId: 'request 0',
    event: { data: { refusal: 'access.denied', count: 40, seconds: WINDOW_SECONDS } },
  });
  jest.advanceTimersByTime(WINDOW_SECONDS * 1000);
  expect(counted()).toHaveLength(1);
});

it('writes so many of all sources together, however many they are', async () => {
  const { trail, types, counted } = setUp();
  for (let source = 0; source < MAX_WRITTEN_IN_ALL + 7; source += 1) {
    trail.record(ctx, `network ${source}`, denied);
  }
  expect(await types()).toEqual({ 'access.denied': MAX_WRITTEN_IN_ALL });

  trail.summarize();

  await types();
  expect(counted()).toHaveLength(7);
  trail.record(ctx, 'network 0', denied);
  expect(await types()).toMatchObject({ 'access.denied': MAX_WRITTEN_IN_ALL + 1 });
});

it('begins anew with every minute, even when the timer is late', async () => {
  const { trail, clock, types } = setUp();
  for (let count = 0; count < MAX_WRITTEN + 1; count += 1) trail.record(ctx, 'a', denied);
  const later = Date.now() + WINDOW_SECONDS * 1000;
  jest.spyOn(clock, 'nowMs').mockReturnValue(later);
  trail.record(ctx, 'a', denied);
  expect(await types()).toEqual({ 'access.denied': MAX_WRITTEN + 1, 'refusals.counted': 1 });
});

it('counts what found no room in the queue of writes', async () => {
  const { trail, background, counted } = setUp();
  while (background.write(ctx, () => undefined));
  for (let count = 0; count < 5; count += 1) trail.record(ctx, 'a', denied);
  await background.drained();

  await trail.onApplicationShutdown();

  expect(counted().map(({ event }) => event.data?.count)).toEqual([5]);
});

it('is bounded in memory: sources beyond a number are one source without an actor', async () => {
  const { trail, written, counted } = setUp();
  for (let source = 0; source < 5_000; source += 1) {
    trail.record({ ...ctx, principal: { kind: 'anonymous' } }, `network ${source}`, failed);
  }
  await trail.onApplicationShutdown();

  const individually = written.length - counted().length;
  const rest = counted().reduce((sum, { event }) => sum + Number(event.data?.count), 0);
  expect(individually).toBeLessThan(1_000);
  expect(individually + rest).toBe(5_000);
  expect(counted().some(({ requestId }) => requestId === 'system:refusals')).toBe(true);
});
