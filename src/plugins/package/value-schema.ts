/**
 * The JSON Schema (draft 2020-12) that a plugin may declare for what it takes and answers.
 *
 * SECURITY: the program compiles it and runs it over requests, outside of the sandbox. So it has no
 * `pattern` (a regular expression can take for ever), no `$ref` (it can lead in circles or elsewhere)
 * and no `uniqueItems` (quadratic): a check takes time in the size of the value times that of the schema.
 */
const schema = { $ref: '#/$defs/ValueSchema' } as const;
const count = { type: 'integer', minimum: 0, maximum: 1_000_000 } as const;
const number = { type: 'number' } as const;
const text = { type: 'string', maxLength: 2_000 } as const;
const typeName = {
  type: 'string',
  enum: ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'],
} as const;
const branches = { type: 'array', minItems: 1, maxItems: 8, items: schema } as const;

export const valueSchemaDefinitions = {
  ValueSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      type: { anyOf: [typeName, { type: 'array', minItems: 1, maxItems: 7, items: typeName }] },
      title: text,
      description: text,
      default: {},
      examples: { type: 'array', maxItems: 20 },
      enum: { type: 'array', minItems: 1, maxItems: 500 },
      const: {},
      anyOf: branches,
      oneOf: branches,
      allOf: branches,
      properties: {
        type: 'object',
        maxProperties: 200,
        propertyNames: { maxLength: 200 },
        additionalProperties: schema,
      },
      required: { type: 'array', maxItems: 200, uniqueItems: true, items: text },
      additionalProperties: { anyOf: [{ type: 'boolean' }, schema] },
      minProperties: count,
      maxProperties: count,
      items: schema,
      minItems: count,
      maxItems: count,
      minLength: count,
      maxLength: count,
      minimum: number,
      maximum: number,
      exclusiveMinimum: number,
      exclusiveMaximum: number,
    },
  },
} as const;
