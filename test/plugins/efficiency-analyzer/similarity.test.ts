import fc from 'fast-check';
import { similarityOf } from '../../../plugins/efficiency-analyzer/similarity/hybrid.js';
import { jaccard } from '../../../plugins/efficiency-analyzer/similarity/jaccard.js';
import { jaroWinkler } from '../../../plugins/efficiency-analyzer/similarity/jaro-winkler.js';
import { levenshtein } from '../../../plugins/efficiency-analyzer/similarity/levenshtein.js';

/** Few letters, so that texts have something in common. */
const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', 'é', '😀') }),
  fc.string(),
);
const sets = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e')).map((words) => new Set(words));

/** Fewer pairs than none: nothing but bags of words can be afforded. */
const none = -1;

const edits = (left: string, right: string) =>
  Math.round((1 - levenshtein(left, right).similarity) * Math.max(left.length, right.length));

describe.each<[string, (left: string, right: string) => number]>([
  ['levenshtein', (left, right) => levenshtein(left, right).similarity],
  ['levenshtein by words', (left, right) => levenshtein(left, right, 20).similarity],
  ['levenshtein by bags of words', (left, right) => levenshtein(left, right, none).similarity],
  ['jaro-winkler', jaroWinkler],
  ['the hybrid', (left, right) => similarityOf(left, right).score],
])('%s', (_, similarity) => {
  it('is the same both ways', () => {
    fc.assert(
      fc.property(texts, texts, (left, right) => {
        expect(similarity(left, right)).toBe(similarity(right, left));
      }),
    );
  });

  it('is between 0 and 1', () => {
    fc.assert(
      fc.property(texts, texts, (left, right) => {
        expect(similarity(left, right)).toBeGreaterThanOrEqual(0);
        expect(similarity(left, right)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is 1 for a text and itself', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(similarity(text, text)).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('levenshtein', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['saturday', 'sunday', 3],
    ['', 'abc', 3],
    ['flaw', 'lawn', 2],
    ['a'.repeat(100), 'b'.repeat(70), 100],
  ])('turns %j into %j in %d edits', (left, right, expected) => {
    expect(edits(left, right)).toBe(expected);
  });

  it('counts as many edits as the table of the textbook', () => {
    fc.assert(
      fc.property(texts, texts, (left, right) => {
        expect(edits(left, right)).toBe(tableDistance(left, right));
      }),
    );
  });

  it('takes no detour: the way over a third text is never shorter', () => {
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        expect(edits(a, c)).toBeLessThanOrEqual(edits(a, b) + edits(b, c));
      }),
    );
  });

  it('compares words where characters cost too much, and bags of them where words do', () => {
    expect(levenshtein('one two three', 'one 2 three', 1000).unit).toBe('characters');
    const byWords = levenshtein('one two three', 'one 2 three', 2);
    expect(byWords.unit).toBe('words');
    expect(byWords.similarity).toBeCloseTo(2 / 3, 12);
    const turned = levenshtein('one two three', 'three two one', 2);
    expect(turned).toEqual({ similarity: 1, unit: 'bag-of-words' });
  });

  it('by bags of words is never below that by words', () => {
    const words = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 })
      .map((all) => all.join(' '));
    fc.assert(
      fc.property(words, words, (left, right) => {
        const bags = levenshtein(left, right, none).similarity;
        const asWords = (text: string) => text.replaceAll(' ', '');
        const byWords = levenshtein(asWords(left), asWords(right)).similarity;
        expect(bags).toBeGreaterThanOrEqual(byWords - 1e-12);
      }),
    );
  });
});

describe('jaro-winkler', () => {
  it.each([
    ['MARTHA', 'MARHTA', 0.96111111],
    ['DWAYNE', 'DUANE', 0.84],
    ['DIXON', 'DICKSONX', 0.81333333],
    ['JONES', 'JOHNSON', 0.83238095],
    ['ABROMS', 'ABRAMS', 0.92222222],
    ['abc', 'xyz', 0],
    ['', 'abc', 0],
    ['', '', 1],
  ])(
    'of %s and %s is %d, as published in four digits and by hand in more',
    (left, right, expected) => {
      expect(jaroWinkler(left, right)).toBeCloseTo(expected, 6);
    },
  );

  it('finds what the search through every window finds', () => {
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        const [short, long] = [one, other].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
        expect(jaroWinkler(one, other)).toBeCloseTo(textbook(short!, long!), 12);
      }),
    );
  });
});

describe('jaccard', () => {
  const distance = (a: Set<string>, b: Set<string>) => 1 - jaccard(a, b);

  it('is symmetric, bounded, 1 for equal sets and keeps the triangle inequality', () => {
    fc.assert(
      fc.property(sets, sets, sets, (a, b, c) => {
        expect(jaccard(a, b)).toBe(jaccard(b, a));
        expect(jaccard(a, a)).toBe(1);
        expect(distance(a, b)).toBeGreaterThanOrEqual(0);
        expect(distance(a, b)).toBeLessThanOrEqual(1);
        expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c) + 1e-12);
      }),
    );
  });
});

describe('the hybrid by hand', () => {
  it.each([
    // 2 edits of 6; 6 matches, 1 transposition, 3 of prefix: 17/18 + 0.3/18; no word in common.
    ['MARTHA', 'MARHTA', 0.63638889],
    // 3 edits of 7; 4 matches: (4/6 + 4/7 + 1) / 3 without a prefix; no word in common.
    ['kitten', 'sitting', 0.51825397],
    // 4 edits of 11; 7 matches: (1 + 7/11 + 1) / 3 = 29/33, and 0.4 * 4/33; 2 words of 3.
    ['be kind', 'be kind now', 0.74424242],
    // 4 edits of 5; 1 match: (1/4 + 1/5 + 1) / 3, too little for the prefix; 0 words of 2.
    ['dear', 'donut', 0.25916667],
  ])('of %j and %j is %d', (left, right, expected) => {
    expect(similarityOf(left, right).score).toBeCloseTo(expected, 6);
  });
});

function tableDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[right.length]!;
}

/** Jaro and Winkler as their papers tell it, window by window. */
function textbook(short: string, long: string): number {
  if (short === long) return 1;
  const window = Math.max(0, Math.floor(long.length / 2) - 1);
  const taken = new Set<number>();
  const matched: string[] = [];
  for (let i = 0; i < short.length; i += 1) {
    for (let j = Math.max(0, i - window); j <= Math.min(long.length - 1, i + window); j += 1) {
      if (taken.has(j) || short[i] !== long[j]) continue;
      taken.add(j);
      matched.push(short[i]!);
      break;
    }
  }
  if (matched.length === 0) return 0;
  const inOrder = [...taken].sort((a, b) => a - b).map((j) => long[j]);
  const half = Math.floor(inOrder.filter((one, index) => one !== matched[index]).length / 2);
  const m = matched.length;
  const jaro = (m / short.length + m / long.length + (m - half) / m) / 3;
  if (jaro <= 0.7) return jaro;
  let prefix = 0;
  while (prefix < 4 && short[prefix] !== undefined && short[prefix] === long[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}
