import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { migrations } from '../../migrations/index.js';
import { createApplication } from '../../src/application.js';
import { loadConfig } from '../../src/platform/config/index.js';
import {
  Database,
  definedRows,
  hasPendingMigrations,
  migrateDown,
  migrateUp,
  parseDatabaseUrl,
  schemaDrift,
} from '../../src/platform/database/index.js';
import { gramsOf } from '../../src/registry/search/grams.js';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { RawDatabase } from '../support/raw-database.js';
import { fillRegistry } from '../support/registry-rows.js';

// Ten instances that migrate one after the other take seconds on a busy machine.
jest.setTimeout(60_000);

const dialect = databaseUnderTest();
const repository = join(import.meta.dirname, '..', '..');
const names = migrations.map(({ name }) => name);

let fresh: FreshDatabase;
let raw: RawDatabase;

beforeAll(async () => {
  // Every file that declares rows, whether or not an area imports it.
  const files = globSync('src/**/*.rows.ts', { cwd: repository });
  for (const file of files) await import(join(repository, file));
});

beforeEach(async () => {
  fresh = await freshDatabase();
  raw = await RawDatabase.open(fresh);
});

afterEach(async () => {
  await raw.close();
  await fresh.drop();
});

const settings = () => ({ address: parseDatabaseUrl(fresh.url)!, poolSize: 2 });

/** DIALECT: the catalogue of each database, without what belongs to TypeORM or the server. */
async function tables(): Promise<readonly string[]> {
  const queries = {
    sqlite: `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
    postgres: `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
    mysql: `SELECT table_name AS name FROM information_schema.tables
            WHERE table_schema = DATABASE()`,
  };
  const rows = await raw.run(queries[dialect]);
  return rows
    .map(({ name }) => String(name))
    .filter((name) => name !== 'migrations')
    .sort();
}

/** As `table event`, sorted; Postgres tells the event only in the name and a bit mask. */
async function triggers(): Promise<readonly string[]> {
  const queries = {
    sqlite: `SELECT tbl_name AS "table", sql AS event FROM sqlite_master WHERE type = 'trigger'`,
    postgres: `SELECT relname AS "table", pg_get_triggerdef(trigger.oid) AS event
               FROM pg_trigger trigger JOIN pg_class ON pg_class.oid = tgrelid
               WHERE NOT tgisinternal AND tgenabled = 'O'`,
    mysql: `SELECT event_object_table AS \`table\`,
                   CONCAT(action_timing, ' ', event_manipulation) AS event
            FROM information_schema.triggers WHERE trigger_schema = DATABASE()`,
  };
  const rows = await raw.run(queries[dialect]);
  return rows
    .map(({ table, event }) => {
      const when = /BEFORE (INSERT|UPDATE|DELETE|TRUNCATE)/.exec(String(event))?.[1];
      return `${String(table)} ${when ?? String(event)}`;
    })
    .sort();
}

const protectedBy = {
  sqlite: ['DELETE', 'INSERT', 'UPDATE'],
  postgres: ['DELETE', 'TRUNCATE', 'UPDATE'],
  // What points to the table keeps MySQL from truncating it.
  mysql: ['DELETE', 'UPDATE'],
}[dialect];
const expectedTriggers = [
  'audit_checkpoints',
  'audit_log',
  'label_moves',
  'purges',
  'signing_keys',
  'versions',
].flatMap((table) => protectedBy.map((event) => `${table} ${event}`));

async function emptyDatabase(): Promise<void> {
  await migrateDown(settings(), migrations);
  await raw.run('DROP TABLE migrations');
}

async function appliedNames(): Promise<readonly string[]> {
  const rows = await raw.run('SELECT name FROM migrations ORDER BY id');
  return rows.map(({ name }) => String(name));
}

/** As if the migration had not run to its end. */
async function forget(name: string | undefined): Promise<void> {
  await raw.run(`DELETE FROM migrations WHERE name = '${name ?? ''}'`);
}

async function expectNewestSchema(): Promise<void> {
  expect(await appliedNames()).toEqual(names);
  expect(await schemaDrift(settings(), migrations)).toEqual([]);
  expect(await triggers()).toEqual(expectedTriggers);
}

it('lists the migrations in the order of their numbers', () => {
  const numbers = names.map((name) => Number(/\d{13}$/.exec(name)?.[0]));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(new Set(numbers).size).toBe(names.length);
});

it('makes what the rows declare, no table more and no trigger less', async () => {
  await expectNewestSchema();
  expect(await tables()).toEqual(
    definedRows()
      .map(({ table }) => table)
      .sort(),
  );
});

it('is told apart from a schema that somebody changed by hand', async () => {
  await raw.run('ALTER TABLE users ADD COLUMN extra integer');
  await raw.run(`DROP INDEX ix_versions_digest${dialect === 'mysql' ? ' ON versions' : ''}`);
  const drift = await schemaDrift(settings(), migrations);
  expect(drift.join('\n')).toMatch(/\busers\b/);
  expect(drift.join('\n')).toMatch(/ix_versions_digest/);
});

it('goes down to nothing and up again to the same', async () => {
  const before = await tables();
  await migrateDown(settings(), migrations);
  expect(await tables()).toEqual([]);
  expect(await triggers()).toEqual([]);
  expect(await migrateUp(settings(), migrations)).toEqual(names);
  expect(await tables()).toEqual(before);
  await expectNewestSchema();
});

it('does nothing when there is nothing to do', async () => {
  expect(await migrateUp(settings(), migrations)).toEqual([]);
});

it('starts the counter of instance-wide events once', async () => {
  await raw.run("DELETE FROM migrations WHERE name LIKE 'CreateEvents%'");
  await migrateUp(settings(), migrations);
  const rows = await raw.run('SELECT project_id, revision FROM project_revisions');
  expect(rows.map(({ project_id: id, revision }) => [id, Number(revision)])).toEqual([
    ['00000000-0000-0000-0000-000000000000', 0],
  ]);
});

describe('after a run that stopped half way', () => {
  // What a table is created after, so that it can be dropped before it.
  const ends = [
    { done: 'nothing but the last record', drop: [] },
    { done: 'some tables', drop: ['labels', 'label_moves', 'purges'] },
  ];

  const throughRegistry = migrations.slice(0, 4);
  const registry = names[3];

  beforeEach(async () => {
    await emptyDatabase();
    await migrateUp(settings(), throughRegistry);
  });

  it.each(ends)('finishes what lacks when it had done $done', async ({ drop }) => {
    for (const table of drop) await raw.run(`DROP TABLE ${table}`);
    await forget(registry);
    expect(await migrateUp(settings(), migrations)).toEqual(names.slice(3));
    await expectNewestSchema();
  });

  it('restores a trigger that was not made', async () => {
    const where = dialect === 'postgres' ? ' ON versions' : '';
    await raw.run(`DROP TRIGGER tr_versions_update${where}`);
    await forget(registry);
    await migrateUp(settings(), migrations);
    await expectNewestSchema();
  });

  it('runs every migration again on what each of them left', async () => {
    await migrateUp(settings(), migrations);
    await raw.run('DELETE FROM migrations');
    expect(await migrateUp(settings(), migrations)).toEqual(names);
    await expectNewestSchema();
  });
});

it('makes the index of the search for the prompts there are', async () => {
  await emptyDatabase();
  await migrateUp(settings(), migrations.slice(0, names.indexOf('IndexSearchTexts1780000019000')));
  await fillRegistry(raw);
  await raw.run(`UPDATE prompts SET search_text = 'many/1 漢字 100%' WHERE id = 'prompt-2'`);
  await migrateUp(settings(), migrations);
  for (const { id, search_text: text } of await raw.run('SELECT id, search_text FROM prompts')) {
    const grams = await raw.run(`SELECT gram FROM prompt_grams WHERE prompt_id = '${String(id)}'`);
    expect(new Set(grams.map(({ gram }) => gram))).toEqual(gramsOf(String(text)));
  }
});

describe('whether a migration has yet to run', () => {
  it('is known without changing an empty database', async () => {
    await emptyDatabase();
    expect(await hasPendingMigrations(settings(), migrations)).toBe(true);
    await expect(raw.run('SELECT * FROM migrations')).rejects.toThrow(/migrations/);
  });

  it('is known of a schema that is a little older, and of the newest', async () => {
    expect(await hasPendingMigrations(settings(), migrations)).toBe(false);
    await forget(names.at(-1));
    expect(await hasPendingMigrations(settings(), migrations)).toBe(true);
  });
});

it('must be the newest for a start that may not change it', async () => {
  await forget(names.at(-1));
  const config = loadConfig({
    DATABASE_URL: fresh.url,
    PROMPTD_SIGNING_KEY: Buffer.alloc(32, 1).toString('base64'),
    PROMPTD_SECRET_KEY: Buffer.alloc(32, 2).toString('base64'),
    PROMPTD_MIGRATE: 'check',
  });
  for (const attempt of ['the first', 'one after it, which finds nothing locked']) {
    const start = createApplication(config, createLogger('silent'));
    expect({ [attempt]: await start.catch(String) }).toEqual({
      [attempt]: expect.stringContaining('the schema is older than this program'),
    });
  }
  expect(await appliedNames()).toEqual(names.slice(0, -1));
});

describe('many instances at once on an empty database', () => {
  beforeEach(() => emptyDatabase());

  // DIALECT: a file of SQLite lets one instance in, before it migrates; servers let all wait.
  if (dialect === 'sqlite') {
    it('are refused but for one, which runs every migration', async () => {
      const starts = await Promise.allSettled(
        Array.from({ length: 10 }, () => Database.open(settings())),
      );
      const opened = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
      expect(opened).toHaveLength(1);
      expect(await migrateUp(settings(), migrations)).toEqual(names);
      for (const database of opened) await database.close();
      await expectNewestSchema();
    });
  } else {
    it('all succeed, and each migration runs once', async () => {
      const runs = await Promise.all(
        Array.from({ length: 10 }, () => migrateUp(settings(), migrations)),
      );
      expect(runs.flat()).toEqual(names);
      await expectNewestSchema();
    });

    it('all succeed as processes of their own too', async () => {
      const runs = await Promise.all([migrateInProcess(), migrateInProcess()]);
      expect(runs.flat()).toEqual(names);
      await expectNewestSchema();
    });
  }
});

/** The names of the migrations that another process ran. */
async function migrateInProcess(): Promise<readonly string[]> {
  const program = `
    import { migrations } from ${JSON.stringify(join(repository, 'migrations/index.ts'))};
    import { migrateUp } from ${JSON.stringify(join(repository, 'src/platform/database/migrator.ts'))};
    const settings = ${JSON.stringify(settings())};
    process.stdout.write(JSON.stringify(await migrateUp(settings, migrations)));
  `;
  const hooks = join(repository, 'test/support/resolve-typescript.ts');
  const child = spawn(
    process.execPath,
    ['--import', hooks, '--input-type=module', '--eval', program],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [answer] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(answer) as string[];
}
