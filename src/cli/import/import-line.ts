/** A version of a prompt as the file has it. */
export interface ImportVersion {
  /** When its author wrote it (ISO 8601). */
  readonly at: string;
  readonly text: string;
}

/** One line of the file: a prompt and all its versions, oldest first. */
export interface ImportLine {
  readonly number: number;
  readonly name: string;
  readonly title: string;
  readonly format: 'text' | 'structured';
  readonly versions: readonly ImportVersion[];
}

/** A line that cannot be published, or not to its end. */
export interface LineFailure {
  readonly number: number;
  readonly reason: string;
}

export interface ReadLines {
  readonly lines: readonly ImportLine[];
  readonly failures: readonly LineFailure[];
}

/** Reads the lines of a JSONL file. Empty lines are nothing; lines count from 1. */
export function readLines(text: string): ReadLines {
  const lines: ImportLine[] = [];
  const failures: LineFailure[] = [];
  const numbers = new Map<string, number>();
  for (const [index, source] of text.split('\n').entries()) {
    if (source.trim() === '') continue;
    const number = index + 1;
    const read = readLine(number, source);
    const reason = typeof read === 'string' ? read : repeated(read, numbers);
    if (reason !== undefined) failures.push({ number, reason });
    else lines.push(read as ImportLine);
  }
  return { lines, failures };
}

function repeated({ name, number }: ImportLine, numbers: Map<string, number>): string | undefined {
  const first = numbers.get(name);
  if (first === undefined) {
    numbers.set(name, number);
    return undefined;
  }
  return `${name} is on line ${first} too: put all versions of a prompt on one line`;
}

/** The line, or the reason why it is none. */
function readLine(number: number, source: string): ImportLine | string {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return 'it is no JSON';
  }
  const { name, title, format, versions } = (value ?? {}) as Partial<ImportLine>;
  if (typeof name !== 'string' || typeof title !== 'string')
    return 'name and title must be strings';
  if (format !== 'text' && format !== 'structured') return 'format must be "text" or "structured"';
  if (!Array.isArray(versions) || versions.length === 0 || !versions.every(isVersion)) {
    return 'versions must be a list of {"at": an ISO 8601 time, "text": a string}, oldest first';
  }
  return { number, name, title, format, versions };
}

function isVersion(value: unknown): value is ImportVersion {
  const { at, text } = (value ?? {}) as Partial<ImportVersion>;
  return typeof text === 'string' && typeof at === 'string' && !Number.isNaN(Date.parse(at));
}
