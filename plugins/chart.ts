import { readFileSync } from 'node:fs';
import type { ChartControl } from 'promptd:api';
import { convert } from '../src/cli/import/convert.js';
import { readLines } from '../src/cli/import/import-line.js';
import { ChainAnalysis } from './efficiency-analyzer/metrics/chain-analysis.js';
import { controlsOf } from './efficiency-analyzer/report/charts.js';

/*
 * Draws what efficiency-analyzer says of one prompt of a file that `promptd import` takes:
 *
 *   npm run -s plugins:chart -- examples/prompts.jsonl support/triage > docs/efficiency-report.svg
 *
 * It draws controls as any client of a modal would; of the report it tells the one figure of the title.
 */

const tokenBudget = 4_000;
const [width, chartHeight, left, right, plotHeight] = [760, 220, 48, 190, 130];
const plotWidth = width - left - right;
const colours = ['#1565c0', '#ef6c00', '#2e7d32', '#6a1b9a', '#c62828'];

/** The report on a prompt of the file as an SVG; the same file always gives the same picture. */
export function chartOf(jsonLines: string, prompt: string): string {
  const line = readLines(jsonLines).lines.find(({ name }) => name === prompt);
  if (!line) throw new Error(`there is no prompt ${prompt} in the file`);
  const analysis = new ChainAnalysis(tokenBudget);
  for (const [index, { text }] of [...line.versions.entries()].toReversed()) {
    const { content } = convert(text);
    const variables = [...(content.variables ?? [])];
    analysis.addOlder(`version ${index + 1}`, { ...content, variables });
  }
  const report = { prompt, leftOut: 0, ...analysis.report() };
  const charts = controlsOf(report).filter((control) => control.type === 'chart');
  const { psi } = report.summary;
  return picture(
    `efficiency-analyzer on ${prompt}` +
      (psi === null ? '' : `: Prompt Stability Index ${psi.toFixed(1)} of 100`),
    charts,
  );
}

function picture(title: string, charts: readonly ChartControl[]): string {
  const height = 36 + charts.length * chartHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    label(12, 22, title, 'font-size="15" font-weight="bold"'),
    ...charts.flatMap((chart, index) => draw(chart, 36 + index * chartHeight)),
    '</svg>',
    '',
  ].join('\n');
}

function draw(chart: ChartControl, top: number): readonly string[] {
  const values = chart.series.flatMap((one) => one.values.filter((value) => value !== null));
  const most = chart.chart === 'line' ? 1 : Math.max(1, ...values);
  const bottom = top + 30 + plotHeight;
  const step = plotWidth / chart.categories.length;
  const x = (category: number) => round(left + step * (category + 0.5));
  const y = (value: number) => round(bottom - (plotHeight * value) / most);
  return [
    label(left, top + 18, chart.label, 'font-weight="bold"'),
    ...[0, 0.5, 1].flatMap((part) => [
      `<line x1="${left}" y1="${y(part * most)}" x2="${left + plotWidth}" y2="${y(part * most)}" stroke="#e0e0e0"/>`,
      label(left - 6, y(part * most) + 4, short(part * most), 'text-anchor="end" fill="#616161"'),
    ]),
    ...chart.categories.map((name, at) => label(x(at), bottom + 18, name, 'text-anchor="middle"')),
    ...chart.series.flatMap((series, index) => [
      ...(chart.chart === 'bar'
        ? bars(series.values, index, chart.series.length)
        : curve(series.values, index)),
      `<rect x="${left + plotWidth + 16}" y="${top + 34 + index * 18}" width="10" height="10" fill="${colourOf(index)}"/>`,
      label(left + plotWidth + 32, top + 43 + index * 18, series.label),
    ]),
  ];

  function bars(heights: readonly (number | null)[], index: number, count: number) {
    const each = Math.min(36, (step * 0.7) / count);
    return heights.map((value, at) => {
      const from = x(at) + (index - count / 2) * each;
      const above = y(value ?? 0);
      return `<rect x="${round(from)}" y="${above}" width="${round(each - 2)}" height="${round(bottom - above)}" fill="${colourOf(index)}"/>`;
    });
  }

  /** A gap where there is no value. */
  function curve(points: readonly (number | null)[], index: number) {
    const known = points.map((value, at) => (value === null ? undefined : `${x(at)},${y(value)}`));
    const lines = known.flatMap((point, at) => {
      const before = known[at - 1];
      return point !== undefined && before !== undefined
        ? [
            `<polyline points="${before} ${point}" fill="none" stroke="${colourOf(index)}" stroke-width="2"/>`,
          ]
        : [];
    });
    const dots = known.flatMap((point) => {
      const [cx, cy] = point?.split(',') ?? [];
      return point === undefined
        ? []
        : [`<circle cx="${cx ?? ''}" cy="${cy ?? ''}" r="4" fill="${colourOf(index)}"/>`];
    });
    return [...lines, ...dots];
  }
}

function colourOf(index: number): string {
  return colours[index % colours.length] ?? '#000000';
}

function label(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped}</text>`;
}

function short(value: number): string {
  return String(Number(value.toFixed(2)));
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

if (import.meta.main) {
  const [file = '', prompt = ''] = process.argv.slice(2);
  process.stdout.write(chartOf(readFileSync(file, 'utf8'), prompt));
}
