import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import { connectionOptions, type DatabaseSettings } from './connection-options.js';

export type MigrationList = readonly (new () => MigrationInterface)[];

const TABLE = 'migrations';
/** One number and one name, so that every instance of every version asks for the same lock. */
const POSTGRES_LOCK = 7_063_281_940_117;
const MYSQL_LOCK = 'promptd:migrations:';
const MYSQL_LOCK_WAIT_SECONDS = 600;

/** Migrations name their tables themselves, and to describe ours to TypeORM takes a start's time. */
function optionsWithoutTables(settings: DatabaseSettings): DataSourceOptions {
  return { ...connectionOptions({ ...settings, poolSize: 2 }, 'migrate'), entities: [] };
}

async function withDataSource<T>(
  settings: DatabaseSettings,
  migrations: MigrationList,
  work: (source: DataSource) => Promise<T>,
  options = optionsWithoutTables(settings),
): Promise<T> {
  const source = new DataSource({
    ...options,
    migrations: [...migrations],
    migrationsTableName: TABLE,
  });
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

/**
 * Brings the schema up to date and answers the names of the migrations that ran. Any number of
 * instances may call it at once: one migrates while the others wait, and they find nothing to do.
 */
export async function migrateUp(
  settings: DatabaseSettings,
  migrations: MigrationList,
): Promise<readonly string[]> {
  return withDataSource(settings, migrations, async (source) =>
    underLock(source, async () => {
      const done = await source.runMigrations({ transaction: 'each' });
      return done.map((migration) => migration.name);
    }),
  );
}

/** Undoes every migration, newest first. All data is gone afterwards. */
export async function migrateDown(
  settings: DatabaseSettings,
  migrations: MigrationList,
): Promise<void> {
  await withDataSource(settings, migrations, async (source) =>
    underLock(source, async () => {
      for (let left = migrations.length; left > 0; left -= 1) {
        await source.undoLastMigration({ transaction: 'each' });
      }
    }),
  );
}

/** Whether a migration has yet to run. Changes nothing. */
export async function hasPendingMigrations(
  settings: DatabaseSettings,
  migrations: MigrationList,
): Promise<boolean> {
  return withDataSource(settings, migrations, async (source) => {
    const runner = source.createQueryRunner();
    try {
      // TypeORM's own question would first make its table, and fail where it may not.
      if (!(await runner.hasTable(TABLE))) return migrations.length > 0;
      const done = (await runner.query(`SELECT name FROM ${TABLE}`)) as { name: string }[];
      const names = new Set(done.map(({ name }) => name));
      return migrations.some((migration) => !names.has(migration.name));
    } finally {
      await runner.release();
    }
  });
}

/** The statements that would make the schema equal to the rows: none, unless one of them is wrong. */
export async function schemaDrift(
  settings: DatabaseSettings,
  migrations: MigrationList,
): Promise<readonly string[]> {
  const options = connectionOptions(settings, 'migrate');
  return withDataSource(
    settings,
    migrations,
    async (source) => {
      const log = await source.driver.createSchemaBuilder().log();
      return log.upQueries.map((statement) => statement.query);
    },
    // DIALECT: MariaDB calls the default of a nullable column NULL, which TypeORM takes for a text
    // unless it is told which of the two it speaks to. MySQL's answers mean the same either way.
    options.type === 'mysql' ? { ...options, type: 'mariadb' } : options,
  );
}

/** DIALECT: a lock that ends with the process that held it, on each database. */
async function underLock<T>(source: DataSource, work: () => Promise<T>): Promise<T> {
  if (source.options.type === 'better-sqlite3') return work();
  const runner = source.createQueryRunner();
  try {
    if (source.options.type === 'postgres') {
      // A transaction's lock, not a session's: it holds through a transaction pooler too.
      await runner.startTransaction();
      await runner.query('SET LOCAL idle_in_transaction_session_timeout = 0');
      await runner.query('SET LOCAL statement_timeout = 0');
      await runner.query(`SELECT pg_advisory_xact_lock(${POSTGRES_LOCK})`);
      const result = await work();
      await runner.commitTransaction();
      return result;
    }
    const rows: unknown = await runner.query(
      'SELECT GET_LOCK(CONCAT(?, MD5(DATABASE())), ?) AS locked',
      [MYSQL_LOCK, MYSQL_LOCK_WAIT_SECONDS],
    );
    if (Number((rows as { locked: unknown }[])[0]?.locked) !== 1) {
      throw new Error('another instance has been migrating the database for ten minutes');
    }
    try {
      return await work();
    } finally {
      await runner.query('SELECT RELEASE_LOCK(CONCAT(?, MD5(DATABASE())))', [MYSQL_LOCK]);
    }
  } finally {
    await runner.release();
  }
}
