import BetterSqlite3 from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import type { Database } from './databases-under-test.js';

export type RawValue = string | number | boolean | null;
export type RawRow = Readonly<Record<string, RawValue>>;

/** The database as somebody sees it who has its address and no respect for the program. */
export class RawDatabase {
  private constructor(
    readonly dialect: Database,
    private readonly send: (sql: string) => Promise<unknown>,
    readonly close: () => Promise<void>,
  ) {}

  /** DIALECT: each driver as it is, without the settings that the program gives it. */
  static async open({ dialect, url }: { dialect: Database; url: string }): Promise<RawDatabase> {
    switch (dialect) {
      case 'sqlite':
        return openSqlite(url.slice('sqlite:'.length));
      case 'postgres': {
        const client = new Client(url);
        await client.connect();
        return new RawDatabase(
          dialect,
          async (sql) => (await client.query(sql)).rows,
          () => client.end(),
        );
      }
      case 'mysql': {
        const connection = await createConnection(url);
        return new RawDatabase(
          dialect,
          async (sql) => (await connection.query(sql))[0],
          () => connection.end(),
        );
      }
    }

    function openSqlite(path: string): RawDatabase {
      const file = new BetterSqlite3(path);
      const run = (sql: string): unknown => {
        const statement = file.prepare(sql);
        return statement.reader ? statement.all() : statement.run();
      };
      // A driver that throws at once rejects all the same.
      const send = (sql: string) => Promise.try(run, sql);
      return new RawDatabase('sqlite', send, async () => {
        file.close();
        return Promise.resolve();
      });
    }
  }

  /** Answers the rows of a query, and none for any other statement. */
  async run(sql: string): Promise<readonly RawRow[]> {
    const result = await this.send(sql);
    return Array.isArray(result) ? (result as RawRow[]) : [];
  }

  async insert(table: string, ...rows: readonly RawRow[]): Promise<void> {
    for (const row of rows) await this.run(`INSERT INTO ${this.into(table, row)}`);
  }

  /** `table (columns) VALUES (values)`, for whatever kind of insert. */
  into(table: string, row: RawRow): string {
    const columns = Object.keys(row).map((column) => this.quote(column));
    return `${table} (${columns.join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')})`;
  }

  /** DIALECT: `before` and `lock` are words of MySQL, which quotes with backticks. */
  quote(name: string): string {
    return this.dialect === 'mysql' ? `\`${name}\`` : `"${name}"`;
  }
}

export function literal(value: RawValue | undefined): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}
