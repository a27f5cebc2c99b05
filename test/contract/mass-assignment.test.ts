import fc from 'fast-check';
import type { Type } from '@nestjs/common';
import { Database, definedRows } from '../../src/platform/database/index.js';
import { Problem } from '../../src/platform/errors/index.js';
import { RequestPipe } from '../../src/platform/http/index.js';
import { readApiDocument, type Schema } from '../support/fuzz/api-document.js';
import { SchemaValues } from '../support/fuzz/schema-values.js';
import { requestClasses } from '../support/request-classes.js';
import {
  standaloneApplication,
  type StandaloneApplication,
} from '../support/standalone-application.js';

const { operations: all, schemas } = readApiDocument();
const values = new SchemaValues(schemas);
const pipe = new RequestPipe();

const nameIn = ({ $ref }: Schema) => String($ref).split('/').at(-1)!;
/** What is sent to a plugin is the plugin's own: no class takes it, and only its manifest says what it may be. */
const pluginBody = '#/components/schemas/Json';
const operations = all.filter(({ body }) => body?.$ref !== pluginBody);
/** The bodies of the API by the names of their schemas, each once. */
const bodies = [...new Set(operations.flatMap(({ body }) => (body ? [nameIn(body)] : [])))];
const fieldsOf = (schema: Schema | undefined) => Object.keys(schema?.properties ?? {});

/** What somebody might hope to set: all that answers show, requests take or tables hold. */
const everyField = new Set([
  ...Object.values(schemas).flatMap(fieldsOf),
  ...definedRows().flatMap(({ definition }) => Object.keys(definition.columns)),
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', ''],
  ...['isAdmin', 'is_admin', 'permissions', 'ownerId', 'project_id', 'created_at', '$set', '$ref'],
]);

/** The request with one field more, as it comes from the parser. */
const withField = (request: object, field: string): object =>
  JSON.parse(JSON.stringify(Object.fromEntries([...Object.entries(request), [field, 'x']])));

async function faultsOf(body: unknown, metatype: Type<object>): Promise<readonly object[]> {
  try {
    await pipe.transform(body, { type: 'body', metatype });
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.errors.map(({ pointer, code }) => ({ pointer, code }));
  }
}

/** A body that the class takes. */
async function validBody(name: string, metatype: Type<object>): Promise<object> {
  const candidates = fc.sample(values.of(schemas[name]!, name), { numRuns: 200, seed: 1 });
  for (const candidate of candidates as object[]) {
    if ((await faultsOf(candidate, metatype)).length === 0) return candidate;
  }
  throw new Error(`none of 200 bodies that ${name} describes is valid`);
}

let standalone: StandaloneApplication;
let classes: ReadonlyMap<string, Type<object>>;

beforeAll(async () => {
  standalone = await standaloneApplication();
  classes = requestClasses(standalone.application.nest);
});
afterAll(() => standalone.close());

it('covers every body that a handler takes', () => {
  expect(bodies.toSorted()).toEqual([...classes.keys()].sort());
  expect(bodies.length).toBeGreaterThan(15);
  expect(everyField.size).toBeGreaterThan(150);
  for (const field of [
    'id',
    'createdBy',
    'instanceAdmin',
    'projectId',
    'passwordHash',
    'keyHash',
  ]) {
    expect(everyField).toContain(field);
  }
});

describe('a field that a caller may not set', () => {
  it.each(bodies)('is refused by name in a %s', async (name) => {
    const metatype = classes.get(name)!;
    const own = fieldsOf(schemas[name]);
    const valid = await validBody(name, metatype);

    for (const field of everyField) {
      if (own.includes(field)) continue;
      const faults = await faultsOf(withField(valid, field), metatype);
      expect(faults).toEqual([{ pointer: `/${field}`, code: 'unknown-field' }]);
    }
  });

  const lists = bodies.flatMap((name) =>
    Object.entries((schemas[name]?.properties ?? {}) as Record<string, Schema>)
      .filter(([, { items }]) => (items as Schema | undefined)?.$ref !== undefined)
      .map(([list, { items }]) => [name, list, nameIn(items as Schema)] as const),
  );

  it.each(lists)('is refused by name in a %s, inside %s', async (name, list, item) => {
    const metatype = classes.get(name)!;
    const own = fieldsOf(schemas[item]);
    const valid = (await validBody(name, metatype)) as Record<string, readonly object[]>;

    for (const field of everyField) {
      if (own.includes(field)) continue;
      const items = [...valid[list]!, withField(valid[list]![0]!, field)];
      const faults = await faultsOf({ ...valid, [list]: items }, metatype);
      const pointer = `/${list}/${items.length - 1}/${field}`;
      expect(faults).toEqual([{ pointer, code: 'unknown-field' }]);
    }
  });
});

describe('over HTTP', () => {
  /** By table, but for the audit trail, to which the login before is still on its way. */
  const rowCounts = async () => {
    const { writer } = standalone.application.nest.get(Database);
    const tables = definedRows()
      .map(({ table }) => table)
      .filter((table) => !/^(audit|leases)/.test(table));
    const counted = tables.map(async (table) => {
      const [row] = await writer.query<{ n: number }[]>(`SELECT COUNT(*) AS n FROM ${table}`);
      return [table, row?.n] as const;
    });
    return Object.fromEntries(await Promise.all(counted));
  };

  it('is refused by every operation that takes a body, and nothing is written', async () => {
    const { nest } = standalone.application;
    const login = await nest.inject({
      method: 'POST',
      url: '/v1/auth/login',
      payload: { username: 'admin', password: 'correct horse battery staple' },
    });
    const authorization = `Bearer ${String(login.json().accessToken)}`;
    const before = await rowCounts();

    for (const { route, method, path, body } of operations) {
      if (!body) continue;
      const name = nameIn(body);
      const valid = await validBody(name, classes.get(name)!);
      const foreign = ['createdBy', 'projectId', 'passwordHash', 'keyHash', 'digest'];
      const answer = await nest.inject({
        method: method as 'POST',
        url: path.replaceAll(/\{\w+\}/g, 'x'),
        headers: { authorization },
        payload: foreign.reduce(withField, valid),
      });
      const { code, errors } = answer.json<{ code: string; errors: object[] }>();
      expect({ route, code, errors }).toMatchObject({
        route,
        code: 'validation-failed',
        errors: foreign.map((field) => ({ pointer: `/${field}`, code: 'unknown-field' })),
      });
    }

    expect(await rowCounts()).toEqual(before);
  });
});
