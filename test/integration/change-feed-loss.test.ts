import { FeedInstance, type Heard } from '../support/feed-instance.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { loseCommits } from '../support/lost-commits.js';
import { holdIntervals } from '../support/only-intervals.js';
import { RawDatabase } from '../support/raw-database.js';

let fresh: FreshDatabase;
let here: FeedInstance;
let project: string;
let other: string;
let heard: Heard;

beforeEach(async () => {
  // Looks happen when a test says so.
  holdIntervals();
  fresh = await freshDatabase();
  here = await FeedInstance.open(fresh.url);
  project = await here.createProject();
  other = await here.createProject();
  for (let revision = 1; revision <= 3; revision += 1) await here.write(project);
  await here.write(other);
  await here.feed.catchUp();
  heard = here.listen();
});
afterEach(async () => {
  await here.close();
  await fresh.drop();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const lose = (revision: number, refill = 0) =>
  loseCommits(fresh, project, { revision, refill: Array.from({ length: refill }, () => ({})) });

/** By project, where everybody was told to begin anew. */
const gapsOf = (projectId: string) =>
  heard.gaps.filter(([id]) => id === projectId).map(([, revision]) => revision);

it.each([
  ['has come less far than what was heard', 2, 0],
  ['has come to the same revision again', 2, 1],
  ['has come further again', 1, 5],
  ['has nothing left', 0, 0],
])('tells a gap of every project when a database that lost commits %s', async (_, kept, refill) => {
  await lose(kept, refill);
  await here.feed.catchUp();

  expect(gapsOf(project)).toEqual([kept + refill]);
  expect(gapsOf(other)).toEqual([1]);
  expect(here.feed.revisionOf(project)).toBe(kept + refill);
  expect(here.feed.isConfirmed()).toBe(true);
  const errors = here.log.filter((line) => line.includes('the database lost changes'));
  expect(errors).toHaveLength(1);

  await here.feed.catchUp();
  expect(gapsOf(project)).toHaveLength(1);
});

it('goes on after the revision that is left, with what others and this instance commit', async () => {
  await lose(1, 1);
  await here.feed.catchUp();
  const there = await here.another(fresh.url);
  await there.write(project);
  await here.feed.catchUp();
  await here.write(project);
  await there.close();

  expect(heard.followed.get(project)).toEqual([3, 4]);
});

it('finds a loss that commits of its own cover before it looks', async () => {
  // Heard here and lost; then others commit as much, and what is committed here follows upon that.
  await here.write(project);
  await lose(3, 1);
  await here.write(project);
  expect(heard.followed.get(project)).toEqual([4, 5]);
  await here.feed.catchUp();

  expect(gapsOf(project)).toEqual([5]);
});

it('finds a loss before commits of its own, of what it had looked at', async () => {
  await lose(2, 1);
  await here.write(project);
  await here.feed.catchUp();
  expect(gapsOf(project)).toEqual([4]);
});

it('finds that a project is gone', async () => {
  const raw = await RawDatabase.open(fresh);
  for (const table of ['outbox', 'project_revisions']) {
    await raw.run(`DELETE FROM ${table} WHERE project_id = '${project}'`);
  }
  await raw.close();
  await here.feed.catchUp();

  expect(gapsOf(project)).toEqual([0]);
  expect(here.feed.revisionOf(project)).toBe(0);
});

it('tells again what was committed here while it found that something was lost', async () => {
  await lose(2, 1);
  const list = here.repository.listRevisions.bind(here.repository);
  const found = async (...given: Parameters<typeof list>) => {
    const rows = await list(...given);
    // Looks as if it followed upon what was heard last.
    if (asked.mock.calls.length === 2) await here.write(project);
    return rows;
  };
  const asked = jest.spyOn(here.repository, 'listRevisions').mockImplementation(found);
  await here.feed.catchUp();

  expect(gapsOf(project)).toEqual([3]);
  expect(heard.followed.get(project)).toEqual([4, 4]);
});

it('begins where the database is that lost something after it was asked where it is', async () => {
  await here.write(project);
  const list = here.repository.listRevisions.bind(here.repository);
  jest.spyOn(here.repository, 'listRevisions').mockImplementationOnce(async (ctx) => {
    const rows = await list(ctx);
    await lose(2);
    return rows;
  });
  await here.feed.catchUp();

  expect(gapsOf(project)).toEqual([2]);
});

it('takes nothing for lost that is committed here while it looks', async () => {
  const list = here.repository.listRevisions.bind(here.repository);
  jest.spyOn(here.repository, 'listRevisions').mockImplementationOnce(async (ctx) => {
    const found = await list(ctx);
    for (let index = 0; index < 3; index += 1) await here.write(project);
    return found;
  });
  await here.feed.catchUp();
  await here.feed.catchUp();

  expect(heard.gaps).toEqual([]);
  expect(heard.followed.get(project)).toEqual([4, 5, 6]);
});

it('asks nothing but the counters while nothing happens', async () => {
  const marks = jest.spyOn(here.repository, 'listMarks');
  const events = jest.spyOn(here.repository, 'listAfter');
  await here.feed.catchUp();
  await here.write(project);
  await here.feed.catchUp();
  expect(marks).toHaveBeenCalledTimes(1);
  await here.feed.catchUp();

  expect(marks).toHaveBeenCalledTimes(1);
  expect(events).not.toHaveBeenCalled();
  expect(heard.gaps).toEqual([]);
});
