import { escapeId, type Connection, type RowDataPacket } from 'mysql2/promise';

/**
 * Creates the database `target` with the tables, rows and triggers of the connected one, since
 * MariaDB and MySQL clone no databases and the migrations take several times as long.
 * The connection must allow multiple statements.
 */
export async function copyMysqlSchema(connection: Connection, target: string): Promise<void> {
  const statements = [
    `CREATE DATABASE ${escapeId(target)} CHARACTER SET utf8mb4`,
    `USE ${escapeId(target)}`,
    // Tables come in the order of their names, not of their references.
    'SET foreign_key_checks = 0',
    ...(await listTableStatements(connection)),
    ...(await listRowStatements(connection)),
    // Last, because a trigger may refuse the rows.
    ...(await listTriggerStatements(connection)),
  ];
  await connection.query(statements.join(';\n'));
}

interface TableName extends RowDataPacket {
  readonly name: string;
}

async function listTableStatements(connection: Connection): Promise<string[]> {
  const [tables] = await connection.query<TableName[]>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'`,
  );
  const statements: string[] = [];
  for (const { name } of tables) {
    const [rows] = await connection.query<(RowDataPacket & { 'Create Table': string })[]>(
      `SHOW CREATE TABLE ${escapeId(name)}`,
    );
    statements.push(...rows.map((row) => row['Create Table']));
  }
  return statements;
}

interface StoredColumn extends RowDataPacket {
  readonly source: string;
  readonly table: string;
  readonly name: string;
}

async function listRowStatements(connection: Connection): Promise<string[]> {
  const [columns] = await connection.query<StoredColumn[]>(
    `SELECT table_schema AS source, table_name AS \`table\`, column_name AS name
     FROM information_schema.columns
     WHERE table_schema = DATABASE() AND COALESCE(generation_expression, '') = ''`,
  );
  return [...Map.groupBy(columns, (column) => column.table)].map(([table, stored]) => {
    const names = stored.map((column) => escapeId(column.name)).join(', ');
    const from = `${escapeId(stored[0]!.source)}.${escapeId(table)}`;
    return `INSERT INTO ${escapeId(table)} (${names}) SELECT ${names} FROM ${from}`;
  });
}

interface Trigger extends RowDataPacket {
  readonly Trigger: string;
  readonly Timing: string;
  readonly Event: string;
  readonly Table: string;
  readonly Statement: string;
}

async function listTriggerStatements(connection: Connection): Promise<string[]> {
  const [triggers] = await connection.query<Trigger[]>('SHOW TRIGGERS');
  return triggers.map((trigger) =>
    [
      `CREATE TRIGGER ${escapeId(trigger.Trigger)} ${trigger.Timing} ${trigger.Event}`,
      `ON ${escapeId(trigger.Table)} FOR EACH ROW ${trigger.Statement}`,
    ].join(' '),
  );
}
