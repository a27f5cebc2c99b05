import { someTrail } from '../some-trail.fake.js';
import { RevisionWalk } from './revision-walk.js';

const entryOf = (projectId: string | null, revision: number, position = 0) => ({
  ...someTrail(1)[0]!,
  ...{ projectId, revision, position },
});

function gapsIn(...entries: readonly ReturnType<typeof entryOf>[]): (string | undefined)[] {
  const walk = new RevisionWalk();
  return entries.map((entry) => walk.findGap(entry)?.reason);
}

describe('the revisions of a trail', () => {
  it('follow one another in each project and in the instance, each with all its events', () => {
    const entries = [
      ...[entryOf('a', 1), entryOf(null, 1), entryOf('a', 2), entryOf('a', 2, 1)],
      ...[entryOf('b', 1), entryOf('a', 3), entryOf(null, 2)],
    ];
    expect(gapsIn(...entries)).toEqual(entries.map(() => undefined));
  });

  it.each([
    ['a first one', [entryOf('a', 2)]],
    ['one between', [entryOf('a', 1), entryOf('a', 3)]],
    ['the first event of one', [entryOf('a', 1), entryOf('a', 2, 1)]],
    ['an event within one', [entryOf('a', 1), entryOf('a', 1, 2)]],
    ['none, but one twice', [entryOf('a', 1), entryOf('a', 1)]],
  ])('lack %s', (_, entries) => {
    expect(gapsIn(...entries).at(-1)).toBe('missing');
  });
});
