import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chart } from './chart.js';
import type { Machine } from './machine.js';
import type { Options } from './options.js';
import type { Finding, Limit } from './verdict.js';

export interface Report {
  readonly machine: Machine;
  readonly options: Options;
  readonly findings: readonly Finding[];
}

export const resultsDirectory = join(import.meta.dirname, '..', 'results');

export function limitText({ kind, value, unit }: Limit): string {
  return `${kind === 'at least' ? '>=' : '<='} ${amount(value, unit)}`;
}

export function amount(value: number, unit: Limit['unit']): string {
  const digits = unit === 'x' || unit === 's' ? 2 : value < 10 ? 1 : 0;
  return unit === 'x' ? `${value.toFixed(digits)} x` : `${value.toFixed(digits)} ${unit}`;
}

export function measuredText({ measured, noise, limit: { unit } }: Finding): string {
  if (measured === null) return '-';
  return `${amount(measured, unit)} +- ${amount(noise, unit)}`;
}

export function findingLine(finding: Finding): string {
  const { what, limit, verdict, detail } = finding;
  const facts = Object.entries(detail).map(([name, value]) => `${name} ${value}`);
  return `${what}: ${measuredText(finding)} (${limitText(limit)}): ${verdict}; ${facts.join(', ')}`;
}

/** The budgets as a table of text. */
export function table(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => [
    `${finding.budget}: ${finding.what}`,
    limitText(finding.limit),
    measuredText(finding),
    finding.verdict,
  ]);
  return textTable([['what', 'budget', 'measured', 'verdict'], ...rows]);
}

export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

/** Writes `NAME.json` and `NAME.svg` into the results. */
export async function write(report: Report, name: string): Promise<void> {
  await mkdir(resultsDirectory, { recursive: true });
  const file = join(resultsDirectory, name);
  await writeFile(`${file}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(`${file}.svg`, chart(report.findings, report.machine));
  process.stdout.write(`\nwritten to load/results/${name}.json and .svg\n`);
}
