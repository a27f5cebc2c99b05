import {
  EntitySchema,
  type EntitySchemaColumnOptions,
  Table,
  TableColumn,
  TableForeignKey,
  TableIndex,
  TableUnique,
} from 'typeorm';
import { type Column, physicalColumn, valueTransformer } from './columns.js';
import type { Dialect } from './dialect.js';

export interface ForeignKey<Name extends string> {
  readonly name: string;
  readonly columns: readonly Name[];
  readonly references: string;
  readonly on: readonly string[];
}

/**
 * A table, written once as rows know it (camelCase) and once, frozen, in the migration that makes
 * it. Constraint names are given, never generated, because a violation is recognised by its name.
 * Every foreign key restricts: a cascade fires no trigger on MySQL and would empty protected tables.
 */
export interface TableDefinition<Name extends string = string> {
  readonly columns: Readonly<Record<Name, Column>>;
  /** Unique constraints by name. */
  readonly uniques?: Readonly<Record<string, readonly Name[]>>;
  /** Indexes by name. */
  readonly indexes?: Readonly<Record<string, readonly Name[]>>;
  readonly foreignKeys?: readonly ForeignKey<Name>[];
}

/** The rows of one table: what a repository asks the database for. */
export interface Rows<Row extends object> {
  readonly table: string;
  readonly definition: TableDefinition<Extract<keyof Row, string>>;
}

const defined: Rows<Record<string, unknown>>[] = [];

/** Declares the rows of a table. Called once per table, when its `.rows.ts` file loads. */
export function defineRows<Row extends object>(
  table: string,
  definition: TableDefinition<Extract<keyof Row, string>>,
): Rows<Row> {
  const rows: Rows<Row> = { table, definition };
  defined.push(rows);
  return rows;
}

/** Every table declared so far. */
export function definedRows(): readonly Rows<Record<string, unknown>>[] {
  return defined;
}

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const snakeCaseAll = (names: readonly string[]): string[] => names.map(snakeCase);

/** What TypeORM needs to read and write the rows on one database. */
export function entitySchema(
  { table, definition }: Rows<Record<string, unknown>>,
  dialect: Dialect,
): EntitySchema<Record<string, unknown>> {
  const columns: Record<string, EntitySchemaColumnOptions> = {};
  for (const [name, column] of Object.entries(definition.columns)) {
    const transformer = valueTransformer(column);
    columns[name] = {
      ...physicalColumn(column, dialect),
      name: snakeCase(name),
      nullable: column.nullable ?? false,
      primary: column.primary ?? false,
      ...(column.primary && { primaryKeyConstraintName: `pk_${table}` }),
      ...(transformer && { transformer }),
    };
  }
  return new EntitySchema({
    name: table,
    tableName: table,
    columns,
    uniques: Object.entries(definition.uniques ?? {}).map(([name, names]) => ({
      name,
      columns: [...names],
    })),
    indices: Object.entries(definition.indexes ?? {}).map(([name, names]) => ({
      name,
      columns: [...names],
    })),
    foreignKeys: (definition.foreignKeys ?? []).map((key) => ({
      name: key.name,
      target: key.references,
      columnNames: snakeCaseAll(key.columns),
      referencedColumnNames: snakeCaseAll(key.on),
      onDelete: 'RESTRICT',
      onUpdate: 'RESTRICT',
    })),
  });
}

/** What a migration creates. Column names are given as the database has them. */
export function physicalTable(name: string, definition: TableDefinition, dialect: Dialect): Table {
  return new Table({
    name,
    columns: Object.entries(definition.columns).map(
      ([column, logical]) =>
        new TableColumn({
          ...physicalColumn(logical, dialect),
          name: column,
          isNullable: logical.nullable ?? false,
          isPrimary: logical.primary ?? false,
          ...(logical.primary && { primaryKeyConstraintName: `pk_${name}` }),
        }),
    ),
    uniques: Object.entries(definition.uniques ?? {}).map(
      ([unique, columns]) => new TableUnique({ name: unique, columnNames: [...columns] }),
    ),
    indices: Object.entries(definition.indexes ?? {}).map(
      ([index, columns]) => new TableIndex({ name: index, columnNames: [...columns] }),
    ),
    foreignKeys: (definition.foreignKeys ?? []).map(
      (key) =>
        new TableForeignKey({
          name: key.name,
          columnNames: [...key.columns],
          referencedTableName: key.references,
          referencedColumnNames: [...key.on],
          onDelete: 'RESTRICT',
          onUpdate: 'RESTRICT',
        }),
    ),
  });
}
