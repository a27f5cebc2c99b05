import fc from 'fast-check';
import { IndexedPrompt, type IndexedVersion, type PromptIndex } from './indexed-prompt.js';
import {
  highestSatisfying,
  parseSelector,
  resolveSelector,
  type VersionLookup,
} from './selector.js';
import { compareVersions, isStable } from './semver.js';

const number = fc
  .tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.constantFrom('', '', '-rc.1', '-rc.2'))
  .map(([major, minor, patch, rest]) => `${major}.${minor}.${patch}${rest}`);

const prompt = fc
  .uniqueArray(fc.record({ number, state: fc.constantFrom('', '', 'yanked', 'purged') }), {
    selector: (one) => one.number,
    maxLength: 12,
  })
  .chain((all) => {
    const versions = all
      .sort((one, other) => compareVersions(other.number, one.number))
      .map(({ number: version, state }, index): IndexedVersion => ({
        id: `id ${index}`,
        version,
        digest: `digest ${index}`,
        yankedAtMs: state === 'yanked' ? 1 : null,
        deprecatedAtMs: null,
        purged: state === 'purged',
      }));
    const ids = versions.map(({ id }) => id);
    const labels = fc.dictionary(
      fc.constantFrom('production', 'staging'),
      ids.length > 0 ? fc.constantFrom(...ids) : fc.constant('gone'),
      { maxKeys: ids.length > 0 ? 2 : 0 },
    );
    return labels.map((pointers): PromptIndex => ({
      promptId: 'prompt',
      versions,
      labels: new Map(Object.entries(pointers)),
    }));
  });

const selector = fc
  .oneof(
    number,
    fc.constantFrom(
      'latest',
      'production',
      'staging',
      '^1',
      '~0.1',
      '1.x',
      '>=1 <2',
      '>=1.0.0-rc.1',
    ),
    fc.constantFrom('production,staging,latest', 'staging,^9,1.0.0', '^1,~2.1'),
  )
  .map(parseSelector);

/** What the rules say, word for word. */
function lookupIn({ versions, labels }: PromptIndex): VersionLookup<IndexedVersion> {
  const choosable = versions.filter((one) => one.yankedAtMs === null && !one.purged);
  return {
    findExact: (wanted) => versions.find(({ version }) => version === wanted),
    findLatest: () => choosable.find(({ version }) => isStable(version)),
    findLabelled: (label) => versions.find(({ id }) => id === labels.get(label)),
    findSatisfying: (range) => {
      const found = highestSatisfying(
        choosable.map(({ version }) => version),
        range,
      );
      return choosable.find(({ version }) => version === found);
    },
  };
}

it('resolves every selector as the rules of selectors do, asked once or again', async () => {
  await fc.assert(
    fc.asyncProperty(prompt, fc.array(selector, { maxLength: 5 }), async (index, selectors) => {
      const indexed = new IndexedPrompt(index);
      for (const each of [...selectors, ...selectors]) {
        expect(indexed.resolve(each)).toEqual(await resolveSelector(each, lookupIn(index)));
      }
    }),
  );
});

it('goes on answering when more selectors come than it remembers', () => {
  const version = { id: 'a', version: '1.0.0', digest: 'd', yankedAtMs: null };
  const indexed = new IndexedPrompt({
    promptId: 'prompt',
    versions: [{ ...version, deprecatedAtMs: null, purged: false }],
    labels: new Map(),
  });
  for (let minor = 0; minor < 1_000; minor += 1) {
    expect(indexed.resolve(parseSelector('^1'))?.id).toBe('a');
  }
});
