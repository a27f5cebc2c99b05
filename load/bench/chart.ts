import type { Machine } from './machine.js';
import type { Finding } from './verdict.js';

const row = 22;
const labels = 330;
const plot = 360;
const values = 170;
const top = 56;
const width = labels + plot + values;

const colours = {
  met: '#2e7d32',
  'missed, within noise': '#ed9d13',
  missed: '#c62828',
  'not measurable here': '#bdbdbd',
} as const;

/**
 * A bar for each ratio, drawn so that every budget is the same vertical line: beyond it is better
 * for rates, short of it for times and sizes. The same findings always give the same picture.
 */
export function chart(
  findings: readonly Finding[],
  machine: Pick<Machine, 'cores' | 'cpu' | 'node' | 'date'>,
): string {
  const height = top + findings.length * row + 46;
  const line = labels + plot / 2;
  const facts = `${machine.cores} cores, ${machine.cpu}, Node ${machine.node}, ${machine.date.slice(0, 10)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(12, 20, 'promptd against its budgets', 'font-size="15" font-weight="bold"'),
    text(12, 38, facts, 'fill="#616161"'),
    ...findings.flatMap((finding, index) => bar(finding, top + index * row)),
    `<line x1="${line}" y1="${top - 6}" x2="${line}" y2="${height - 40}" stroke="#212121" stroke-dasharray="4 3"/>`,
    text(line, height - 26, 'budget', 'text-anchor="middle"'),
    text(
      12,
      height - 10,
      'Bars show measured / budget, cut off at twice the budget. The thin line is the noise of the rounds.',
      'fill="#616161" font-size="11"',
    ),
    '</svg>',
    '',
  ].join('\n');
}

function bar(finding: Finding, y: number): readonly string[] {
  const { budget, what, limit, measured, noise, verdict } = finding;
  const sign = limit.kind === 'at least' ? 'at least' : 'at most';
  const label = text(12, y + 14, `${budget}: ${what}`);
  if (measured === null) return [label, text(labels + 4, y + 14, verdict, 'fill="#616161"')];
  const scale = (value: number) =>
    round(Math.min(Math.max(value / limit.value, 0), 2) * (plot / 2));
  const from = labels + scale(measured - noise);
  const to = labels + scale(measured + noise);
  return [
    label,
    `<rect x="${labels}" y="${y + 3}" width="${scale(measured)}" height="14" fill="${colours[verdict]}"/>`,
    `<line x1="${from}" y1="${y + 10}" x2="${to}" y2="${y + 10}" stroke="#212121"/>`,
    text(
      labels + plot + 8,
      y + 14,
      `${short(measured)} ${limit.unit} (${sign} ${short(limit.value)})`,
    ),
  ];
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped}</text>`;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toFixed(2)));
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
