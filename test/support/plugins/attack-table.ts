import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Response } from 'supertest';

const file = join(import.meta.dirname, '..', '..', '..', 'docs', 'plugin-attacks.md');

/** A table of docs/plugin-attacks.md: what stands in each row after its first cell, by that cell. */
export function attackTable(heading: string): ReadonlyMap<string, readonly string[]> {
  const chapter = readFileSync(file, 'utf8')
    .split(/^## /m)
    .find((one) => one.startsWith(heading));
  const lines = chapter?.split('\n').filter((line) => line.startsWith('|')) ?? [];
  const rows = lines.slice(2).map((line) => {
    const [what = '', ...cells] = line.split('|').slice(1, -1).map(plain);
    return [what, cells] as const;
  });
  return new Map(rows);
}

/** The answers that a cell tells, such as "502 plugin-failed or 504 plugin-timeout", or "200: nothing". */
export function answersIn(cell = ''): readonly string[] {
  return cell.split(' or ').map((one) => one.replace(/:.*/, ''));
}

/** An answer as such a cell tells it. */
export function toldAs({ status, body }: Response): string {
  const { code } = body as { readonly code?: unknown };
  return status < 300 ? String(status) : `${status} ${String(code)}`;
}

/** Without what makes it Markdown. */
function plain(cell: string): string {
  return cell.trim().replaceAll('`', '').replaceAll('\\_', '_');
}
