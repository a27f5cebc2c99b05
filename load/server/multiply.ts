import type { Database } from './databases.js';
import { type Driver, openDriver, type Run } from './driver.js';

export interface Copies {
  readonly project: string;
  /** The prompt to copy, with its versions, labels and tags. */
  readonly template: string;
  /** How many, at most a million; they are named `PREFIX1`, `PREFIX2` and so on. */
  readonly count: number;
  readonly prefix: string;
}

/** Which columns a copy has of its own; every other is as in the template. */
const copied = {
  prompts: { ids: ['id'], named: ['name', 'search_text'], of: 'id' },
  prompt_tags: { ids: ['prompt_id'], named: [], of: 'prompt_id' },
  versions: { ids: ['id', 'prompt_id'], named: [], of: 'prompt_id' },
  label_moves: {
    ids: ['id', 'prompt_id', 'from_version_id', 'to_version_id'],
    named: [],
    of: 'prompt_id',
  },
  labels: { ids: ['prompt_id', 'version_id', 'move_id'], named: [], of: 'prompt_id' },
} as const;

const countDigits = 6;
/** As many as a name has places. */
const placeDigits = 2;

/**
 * Fills a database with copies of one published prompt, a statement for each table, because a
 * million publishes over HTTP take hours. Signatures and events are not made anew: nothing may
 * verify a copy, and no running instance hears of it, so start instances afterwards.
 */
export async function multiply(dialect: Database, url: string, copies: Copies): Promise<void> {
  const driver = openDriver(dialect, url);
  try {
    // DIALECT: index pages that do not fit into memory are written again and again.
    if (dialect === 'sqlite') await driver.run('PRAGMA cache_size = -1000000');
    await driver.transaction(async (run) => {
      for (const table of Object.keys(copied) as (keyof typeof copied)[]) {
        await run(await copyStatement(run, dialect, table, copies), [
          copies.project,
          copies.template,
        ]);
      }
      await run(indexStatement(copies));
    });
    await refreshStatistics(driver, dialect);
  } finally {
    await driver.close();
  }
}

async function copyStatement(
  run: Run,
  dialect: Database,
  table: keyof typeof copied,
  { count, prefix }: Copies,
): Promise<string> {
  const { ids, named, of } = copied[table];
  const quote = dialect === 'mysql' ? '`' : '"';
  const columns = await columnsOf(run, dialect, table);
  const values = columns.map((column) => {
    const own = `original.${quote}${column}${quote}`;
    if ((named as readonly string[]).includes(column)) return `concat('${prefix}', copy.i)`;
    if (!(ids as readonly string[]).includes(column)) return own;
    // The last group of a UUID has twelve digits.
    return `CASE WHEN ${own} IS NULL THEN NULL ELSE concat(substr(${own}, 1, 24), ${twelve(dialect)}) END`;
  });
  return `INSERT INTO ${table} (${columns.map((column) => quote + column + quote).join(', ')})
    SELECT ${values.join(', ')}
      FROM ${table} original
      JOIN prompts prompt ON prompt.id = original.${of}
      JOIN projects project ON project.id = prompt.project_id
      JOIN (${numbers(countDigits)}) copy ON copy.i BETWEEN 1 AND ${count}
     WHERE project.name = ? AND prompt.name = ?`;
}

/** DIALECT: a number as twelve digits. */
function twelve(dialect: Database): string {
  switch (dialect) {
    case 'sqlite':
      return "printf('%012d', copy.i)";
    case 'postgres':
      return "lpad(copy.i::text, 12, '0')";
    case 'mysql':
      return "lpad(copy.i, 12, '0')";
  }
}

/** What finds the copies by parts of their names, which are the whole of their search texts. */
function indexStatement({ prefix }: Copies): string {
  return `INSERT INTO prompt_grams (gram, prompt_id)
    SELECT DISTINCT substr(prompt.search_text, place.i, 3), prompt.id
      FROM prompts prompt
      JOIN (${numbers(placeDigits)}) place ON place.i <= length(prompt.search_text)
     WHERE prompt.search_text LIKE '${prefix}%'`;
}

/** 1 to ten to the power of the digits, in words that all three know; recursion has other limits on each. */
function numbers(count: number): string {
  const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => `SELECT ${digit} AS d`);
  const places = Array.from({ length: count }, (_, place) => place);
  const sum = places.map((place) => `p${place}.d * ${10 ** place}`).join(' + ');
  const from = places.map((place) => `(${digits.join(' UNION ALL ')}) p${place}`);
  return `SELECT 1 + ${sum} AS i FROM ${from.join(' CROSS JOIN ')}`;
}

/** DIALECT: where each lists its columns. */
async function columnsOf(run: Run, dialect: Database, table: string): Promise<readonly string[]> {
  const schema = dialect === 'mysql' ? 'DATABASE()' : 'current_schema()';
  const sql =
    dialect === 'sqlite'
      ? `SELECT name AS label FROM pragma_table_info('${table}')`
      : `SELECT column_name AS label FROM information_schema.columns
          WHERE table_schema = ${schema} AND table_name = '${table}'`;
  return (await run(sql)).map(({ label }) => String(label));
}

/** DIALECT: what autovacuum does a while after; SQLite and MySQL need no telling. */
async function refreshStatistics({ run }: Driver, dialect: Database): Promise<void> {
  if (dialect === 'postgres') await run('ANALYZE');
}
