import fc from 'fast-check';
import type { Schema } from './api-document.js';
import { idIn, newOrRealText, realObject } from './real-values.js';

type Schemas = Readonly<Record<string, Schema>>;

/** Deeper than any request nests that the API describes. */
const MAX_DEPTH = 8;

/** Values that a schema describes. Good ones as a rule: what else the program asks it may refuse. */
export class SchemaValues {
  constructor(private readonly schemas: Schemas) {}

  /** @param name of the field or parameter that the schema is for */
  of(schema: Schema, name: string, depth = 0): fc.Arbitrary<unknown> {
    if (depth > MAX_DEPTH) return fc.constant(null);
    const made = isObject(schema) ? realObject(name) : undefined;
    const described = this.described(schema, name, depth);
    return made ? fc.oneof({ weight: 3, arbitrary: made }, described) : described;
  }

  private described(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    if (typeof schema.$ref === 'string') {
      return this.of(this.schemas[schema.$ref.split('/').at(-1)!] ?? {}, name, depth + 1);
    }
    if ('const' in schema) return fc.constant(schema.const);
    if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
    const choices = (schema.oneOf ?? schema.anyOf) as readonly Schema[] | undefined;
    if (choices) return fc.oneof(...choices.map((one) => this.of(one, name, depth + 1)));
    const types = [schema.type].flat() as readonly string[];
    return fc.oneof(...types.map((type) => this.ofType(type, schema, name, depth)));
  }

  private ofType(type: string, schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    switch (type) {
      case 'string':
        return stringOf(schema, name);
      case 'integer':
      case 'number':
        return fc.integer({
          min: (schema.minimum as number | undefined) ?? 0,
          max: (schema.maximum as number | undefined) ?? 5,
        });
      case 'boolean':
        return fc.boolean();
      case 'array':
        return this.arrayOf(schema, name, depth);
      case 'object':
        return this.objectOf(schema, depth);
      default:
        return fc.constant(null);
    }
  }

  private arrayOf(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    const item = this.of((schema.items ?? {}) as Schema, name.replace(/s$/, ''), depth + 1);
    return fc.array(item, {
      minLength: (schema.minItems as number | undefined) ?? 0,
      maxLength: 3,
    });
  }

  private objectOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const properties = Object.entries((schema.properties ?? {}) as Schemas);
    if (properties.length === 0) return fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }));
    const requiredKeys = (schema.required ?? []) as string[];
    const record = (names: readonly string[]) => {
      const fields = properties
        .filter(([name]) => names.includes(name))
        .map(([name, one]) => [name, this.of(one, name, depth + 1)] as const);
      return fc.record(Object.fromEntries(fields), { requiredKeys, noNullPrototype: true });
    };
    // Some fields exclude each other: with half of all, a large request would never be valid.
    const one = fc
      .constantFrom(...properties.map(([name]) => name))
      .chain((name) => record([...requiredKeys, name]));
    return fc.oneof(one, record(requiredKeys), record(properties.map(([name]) => name)));
  }
}

function isObject({ $ref, type }: Schema): boolean {
  return $ref !== undefined || [type].flat().includes('object');
}

function stringOf({ format, pattern, minLength }: Schema, name: string): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
      .map((date) => date.toISOString());
  }
  if (format === 'email') return fc.constant('someone@example.org');
  if (format === 'uuid') return fc.constant(idIn('users'));
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
  const shortest = typeof minLength === 'number' ? minLength : 0;
  return newOrRealText(name).map((text) => text.padEnd(shortest, 'x'));
}
