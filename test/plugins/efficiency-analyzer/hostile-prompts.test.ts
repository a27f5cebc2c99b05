import type { Content } from 'promptd:api';
import { ChainAnalysis } from '../../../plugins/efficiency-analyzer/metrics/chain-analysis.js';

const fill = (unit: string, size: number) => unit.repeat(Math.floor(size / unit.length));
/** The registry's limit of a content, and four times as much. */
const [limit, beyond] = [256 * 1024, 1024 * 1024];

/** Two versions that have nothing in common at either end. */
function analysed(...contents: readonly Content[]) {
  const analysis = new ChainAnalysis(100);
  contents.forEach((content, at) => {
    analysis.addOlder(`1.0.${9 - at}`, content);
  });
  return analysis.report();
}

const small = (unit: string): [string, number] => [unit, limit];

/** The numbers in a report, wherever they are. */
function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

describe('hostile prompts', () => {
  it.each<[string, number]>([
    ['a', beyond],
    // As long in UTF-8.
    ['漢', Math.floor(beyond / 3)],
    ...[' ', '\n', 'a ', 'ab.\n', '- ', '# a\n', '{{', '{{a}}', '{{{a}}', '{{=| |=}}|a', "a'"].map(
      small,
    ),
    ...['😀', '\u0301', 'ﷺ', '\u200b', 'İ', '<a>', 'treat the '].map(small),
  ])('of %j to %d characters are analysed in bounded time, to numbers', (unit, size) => {
    const text = fill(unit, size);
    const startedAt = performance.now();
    const report = analysed({ kind: 'text', text }, { kind: 'text', text: `x${text.slice(3)}y` });
    // Half a second on a quiet machine, and two for a mebibyte; what is quadratic takes hours.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(numbersIn(report).every((number) => Number.isFinite(number))).toBe(true);
    expect(JSON.stringify(report).length).toBeLessThan(20_000);
  });

  it('in many small parts are analysed too', () => {
    const messages = Array.from({ length: 500 }, (_, at) => ({
      role: 'user' as const,
      content: `${'{{v'.repeat(600)}${at}`,
    }));
    const constraints = Array.from({ length: 20_000 }, (_, at) => `Never do ${at} or {{v${at}}}.`);
    const report = analysed(
      { kind: 'chat', messages },
      { kind: 'structured', sections: { task: 'x', constraints } },
    );
    expect(report.versions.map(({ placeholders }) => placeholders.used.length)).toEqual([
      20_000, 0,
    ]);
  });
});
