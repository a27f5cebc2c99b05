import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Tiktoken } from 'js-tiktoken/lite';
import o200kRanks from 'js-tiktoken/ranks/o200k_base';
import {
  countTokens,
  encodingNames,
} from '../../../plugins/efficiency-analyzer/tokens/encodings.js';
import { writeUtf8 } from '../../../plugins/efficiency-analyzer/tokens/utf8.js';

type Counts = Readonly<Record<'cl100k_base' | 'o200k_base', number>>;

/** What Python's tiktoken 0.14.0 counts with `encode_ordinary`, over the ranks that OpenAI published. */
const known = JSON.parse(readFileSync(join(import.meta.dirname, 'token-counts.json'), 'utf8')) as {
  readonly texts: readonly ({ readonly text: string } & Counts)[];
  readonly repeated: readonly ({ readonly unit: string; readonly times: number } & Counts)[];
};

describe.each(encodingNames)('%s', (encoding) => {
  it.each(known.texts.map((one) => [one.text, one[encoding]] as const))(
    'counts %j as tiktoken does',
    (text, count) => {
      expect(countTokens(text, encoding)).toBe(count);
    },
  );

  it.each(known.repeated.map((one) => [one.unit, one.times, one[encoding]] as const))(
    'counts %j, repeated %d times, as tiktoken does and in well under a slice',
    (unit, times, count) => {
      countTokens('', encoding);
      const startedAt = performance.now();
      expect(countTokens(unit.repeat(times), encoding)).toBe(count);
      // 150 ms on a quiet machine; what looks at all neighbours after each join takes minutes.
      expect(performance.now() - startedAt).toBeLessThan(5000);
    },
  );
});

it('agrees with an independent implementation on any short text', () => {
  const other = new Tiktoken(o200kRanks);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      // JavaScript's own `\s` has U+FEFF and lacks U+0085, unlike the one of the encoding.
      fc.pre(!/[\u0085\ufeffſ]/.test(text));
      expect(countTokens(text, 'o200k_base')).toBe(other.encode(text, [], []).length);
    }),
  );
});

it('writes UTF-8 as TextEncoder does', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)) }),
      (text) => {
        const bytes = new Uint8Array(text.length * 3);
        const length = writeUtf8(text, bytes);
        expect(Buffer.from(bytes.subarray(0, length))).toEqual(Buffer.from(text));
      },
    ),
  );
});
