import { chart } from '../../load/bench/chart.js';
import { textTable } from '../../load/bench/report.js';
import { atLeast, judge, notMeasurable } from '../../load/bench/verdict.js';

const machine = {
  cores: 2,
  cpu: 'Some <CPU> & more',
  node: '26.0.0',
  date: '2026-11-25T00:00:00Z',
};
const subject = { budget: 'hot-read', what: 'exact, rate', limit: atLeast(0.8) };

it('draws a bar as long as the value is of its budget, and the same each time', () => {
  const findings = [judge(subject, [0.4]), judge(subject, [8])];

  const svg = chart(findings, machine);

  expect([...svg.matchAll(/<rect x="330" y="\d+" width="([\d.]+)"/g)].map(([, w]) => w)).toEqual([
    '90',
    '360',
  ]);
  expect(chart(findings, machine)).toBe(svg);
});

it('escapes what it is told, and shows what could not be measured as words', () => {
  const svg = chart([notMeasurable(subject, 'needs 4 cores')], machine);

  expect(svg).toContain('Some &lt;CPU&gt; &amp; more');
  expect(svg).toContain('>not measurable here</text>');
});

it('sets a table in columns', () => {
  expect(
    textTable([
      ['a', 'long head'],
      ['long cell', 'b'],
    ]),
  ).toBe(['a          long head', '---------  ---------', 'long cell  b'].join('\n'));
});
