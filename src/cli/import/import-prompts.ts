import { type Conversion, convert } from './convert.js';
import { type ImportLine, type LineFailure, readLines } from './import-line.js';
import { publishChain } from './publish-chain.js';
import type { RegistryClient } from './registry-client.js';

export interface ImportReport {
  /** Lines of the file that hold a prompt, or should. */
  readonly prompts: number;
  readonly published: number;
  readonly skipped: number;
  readonly majors: number;
  /** In the order of the file. */
  readonly warnings: readonly string[];
  /** In the order of the file. */
  readonly failures: readonly LineFailure[];
}

export interface ImportOptions {
  /** Kept with every version as where it came from. */
  readonly source: string;
  readonly onStart: (lines: number) => void;
  /** Called after each line, whatever became of it. */
  readonly onLine: () => void;
}

/** Prompts published at once. The versions of one prompt follow each other. */
const CONCURRENCY = 4;

/**
 * Publishes the prompts of a JSONL text. A line that cannot be published is reported and does not
 * stop the others.
 *
 * @throws ApiProblem, CliError when nothing can be published at all
 */
export async function importPrompts(
  registry: RegistryClient,
  text: string,
  { source, onStart, onLine }: ImportOptions,
): Promise<ImportReport> {
  await registry.requireAccess();
  const { lines, failures: unreadable } = readLines(text);
  const total = { published: 0, skipped: 0, majors: 0 };
  const failures = [...unreadable];
  const warnings: { readonly number: number; readonly lines: readonly string[] }[] = [];
  onStart(lines.length);
  await forEach(lines, CONCURRENCY, async (line) => {
    const conversions = line.versions.map((version) => convert(version.text));
    warnings.push({ number: line.number, lines: warningLines(line, conversions) });
    const result = await publishChain(registry, source, line, conversions);
    total.published += result.published;
    total.skipped += result.skipped;
    total.majors += result.majors;
    if (result.failure !== undefined) {
      failures.push({ number: line.number, reason: `${line.name}: ${result.failure}` });
    }
    onLine();
  });
  return {
    prompts: lines.length + unreadable.length,
    ...total,
    warnings: warnings.sort(byNumber).flatMap((each) => each.lines),
    failures: failures.sort(byNumber),
  };
}

/** Runs the work for every item, so many at a time; the first rejection lets no other one begin. */
async function forEach<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  let failed = false;
  const worker = async () => {
    for (const item of rest) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

function warningLines(
  { number, name, versions }: ImportLine,
  conversions: readonly Conversion[],
): readonly string[] {
  return conversions.flatMap(({ warnings }, index) => {
    const version = versions.length > 1 ? `, version ${index + 1}` : '';
    return warnings.map((warning) => `line ${number} (${name}${version}): ${warning}`);
  });
}

function byNumber(a: { readonly number: number }, b: { readonly number: number }): number {
  return a.number - b.number;
}
