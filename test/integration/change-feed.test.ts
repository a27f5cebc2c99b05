import {
  CONFIRMED_FOR_MS,
  MAX_EVENTS_AT_ONCE,
  POLL_INTERVAL_MS,
} from '../../src/platform/events/change-feed.js';
import { FeedInstance } from '../support/feed-instance.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { countingTo } from '../support/gapless.js';
import { holdIntervals } from '../support/only-intervals.js';

// Two hundred writers take seconds on a busy machine.
jest.setTimeout(60_000);

let fresh: FreshDatabase;
let here: FeedInstance;
let there: FeedInstance;

beforeEach(async () => {
  // Nothing is heard because time went by, unless a test says so.
  holdIntervals();
  fresh = await freshDatabase();
  here = await FeedInstance.open(fresh.url);
  there = await here.another(fresh.url);
});
afterEach(async () => {
  await there.close();
  await here.close();
  await fresh.drop();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

it('tells what was committed here before whoever wrote it is answered', async () => {
  const heard = here.listen();
  const project = await here.createProject();
  await here.write(project, 2);

  expect(heard.changed).toEqual([`${project} 1`, `${project} 1`]);
  expect(heard.followed).toEqual(new Map([[project, [1]]]));
  expect(here.feed.revisionOf(project)).toBe(1);
});

it('hears what others committed when it looks, which it does each second', async () => {
  const project = await there.createProject();
  const heard = here.listen();
  await there.write(project);
  expect(heard.changed).toEqual([]);

  jest.advanceTimersByTime(POLL_INTERVAL_MS);
  await here.hears(project, 1);
  expect(POLL_INTERVAL_MS).toBeLessThanOrEqual(1_000);
  expect(heard.changed).toEqual([`${project} 1`]);
  expect(heard.followed).toEqual(new Map([[project, [1]]]));
});

it('tells nothing of what was committed before it began', async () => {
  const project = await there.createProject();
  await there.write(project);
  const late = await here.another(fresh.url);
  const heard = late.listen();
  await there.write(project);
  await late.feed.catchUp();

  expect(heard.followed).toEqual(new Map([[project, [2]]]));
  await late.close();
});

it('tells two hundred concurrent commits of two instances in order, each once, to both', async () => {
  const projects = [
    await here.createProject(),
    await there.createProject(),
    await here.createProject(),
  ];
  const both = [here, there];
  const heard = both.map((instance) => instance.listen());
  await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      await both[index % 2]!.write(projects[index % 3]!);
      // Looks in the middle of it all, as the poll does.
      if (index % 20 === 0) await both[(index / 20) % 2]!.feed.catchUp();
    }),
  );
  for (const instance of both) await instance.feed.catchUp();

  for (const { followed, changed, gaps } of heard) {
    const counts = [67, 67, 66];
    expect(projects.map((project) => followed.get(project))).toEqual(counts.map(countingTo));
    expect(new Set(changed).size).toBe(200);
    expect(gaps).toEqual([]);
  }
});

it('tells that it does not tell when too much happened, and goes on after that', async () => {
  const project = await there.createProject();
  const heard = here.listen();
  await there.write(project, MAX_EVENTS_AT_ONCE - 1);
  await there.write(project, 2);
  await here.feed.catchUp();
  expect(heard.gaps).toEqual([[project, 2]]);
  expect(heard.followed.size).toBe(0);

  await there.write(project, MAX_EVENTS_AT_ONCE);
  await here.feed.catchUp();
  expect(heard.followed.get(project)).toEqual([3]);
  expect(heard.gaps).toHaveLength(1);
});

it('lets no listener that fails harm the writer or the other listeners', async () => {
  const fail = () => {
    throw new Error('a listener is broken');
  };
  here.feed.listen({ changed: fail, followed: fail, gap: fail });
  const heard = here.listen();
  const project = await here.createProject();
  await here.write(project);
  await there.write(project);
  await here.feed.catchUp();

  expect(heard.followed.get(project)).toEqual([1, 2]);
  const errors = here.log.filter((line) => line.includes('a listener of the change feed failed'));
  expect(errors).toHaveLength(4);
});

it('tells nothing to who stopped listening', async () => {
  const changed = jest.fn();
  const stop = here.feed.listen({ changed, gap: changed });
  const project = await here.createProject();
  stop();
  await here.write(project);
  expect(changed).not.toHaveBeenCalled();
});

it('says that it does not know while the database is away, and catches up when it is back', async () => {
  const heard = here.listen();
  const project = await there.createProject();
  await here.feed.catchUp();
  expect(here.feed.isConfirmed()).toBe(true);

  const away = jest
    .spyOn(here.repository, 'listRevisions')
    .mockRejectedValue(new Error('the database is away'));
  await there.write(project);
  await here.feed.catchUp();
  await here.feed.catchUp();
  const now = performance.now();
  const clock = jest.spyOn(performance, 'now').mockReturnValue(now + CONFIRMED_FOR_MS);
  expect(here.feed.isConfirmed()).toBe(false);
  expect(heard.followed.size).toBe(0);

  away.mockRestore();
  await here.feed.catchUp();
  expect(here.feed.isConfirmed()).toBe(true);
  clock.mockRestore();
  expect(heard.followed.get(project)).toEqual([1]);
  const messages = here.log.map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages).toEqual([
    'changes of others cannot be heard',
    'changes of other instances are heard again',
  ]);
});
