import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import type { Progress, Terminal } from '../terminal.js';
import { importPrompts, type ImportReport } from './import-prompts.js';
import { RegistryClient } from './registry-client.js';

/** Imports a file, tells what became of it, and answers whether every line was published. */
export async function importFile(
  client: ApiClient,
  path: string,
  project: string,
  terminal: Terminal,
): Promise<boolean> {
  const text = await read(path);
  const source = basename(path);
  let progress: Progress | undefined;
  let report: ImportReport;
  try {
    report = await importPrompts(new RegistryClient(client, project), text, {
      source,
      onStart: (total) => {
        progress = terminal.startProgress(`importing ${source} into ${project}`, total);
      },
      onLine: () => progress?.advance(),
    });
  } finally {
    progress?.end();
  }
  for (const warning of report.warnings) terminal.note(`warning: ${warning}`);
  for (const { number, reason } of report.failures) {
    terminal.note(`failed: line ${number}: ${reason}`);
  }
  terminal.print(summary(report));
  return report.failures.length === 0;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${String((error as { code?: unknown }).code)}`, {
      cause: error,
    });
  }
}

function summary({
  prompts,
  published,
  skipped,
  majors,
  warnings,
  failures,
}: ImportReport): string {
  return [
    counted(prompts, 'prompt'),
    `${counted(published, 'version')} published (${counted(majors, 'major')})`,
    `${skipped} skipped`,
    `${counted(failures.length, 'line')} failed`,
    counted(warnings.length, 'warning'),
  ].join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
