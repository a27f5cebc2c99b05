const variableName = {
  type: 'string',
  pattern: '^[A-Za-z_][A-Za-z0-9_]{0,63}$',
  not: { enum: ['constructor', 'prototype', '__proto__'] },
} as const;

const jsonSchema = {
  type: 'object',
  additionalProperties: true,
  description: 'A JSON Schema of draft 2020-12.',
} as const;

/**
 * The one JSON Schema (2020-12) of a version's content. It validates what is published, and its
 * `$defs` become the OpenAPI components of the same names.
 *
 * What a schema cannot say, or says in words nobody understands (names that must be unique, a
 * default that fits its variable, sizes in bytes), is in variable-rules.ts and content-check.ts.
 */
export const contentSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  discriminator: { propertyName: 'kind' },
  oneOf: [
    { $ref: '#/$defs/TextContent' },
    { $ref: '#/$defs/ChatContent' },
    { $ref: '#/$defs/StructuredContent' },
  ],
  $defs: {
    TextContent: contentOf('text', { text: { type: 'string', minLength: 1 } }),
    ChatContent: contentOf('chat', {
      messages: {
        type: 'array',
        minItems: 1,
        maxItems: 500,
        items: { oneOf: [{ $ref: '#/$defs/Message' }, { $ref: '#/$defs/Placeholder' }] },
      },
    }),
    StructuredContent: contentOf('structured', { sections: { $ref: '#/$defs/Sections' } }),
    Message: {
      type: 'object',
      required: ['role', 'content'],
      additionalProperties: false,
      properties: {
        role: { type: 'string', enum: ['system', 'user', 'assistant'] },
        content: { type: 'string' },
      },
    },
    Placeholder: {
      description: "Stands where the caller's own messages go.",
      type: 'object',
      required: ['placeholder'],
      additionalProperties: false,
      properties: { placeholder: variableName },
    },
    Sections: {
      type: 'object',
      required: ['task'],
      additionalProperties: false,
      properties: {
        role: { type: 'string' },
        task: { type: 'string', minLength: 1 },
        context: { type: 'string' },
        constraints: { type: 'array', items: { type: 'string' } },
        outputFormat: { type: 'string' },
        examples: { type: 'array', items: { $ref: '#/$defs/Example' } },
      },
    },
    Example: {
      type: 'object',
      required: ['input', 'output'],
      additionalProperties: false,
      properties: { input: { type: 'string' }, output: { type: 'string' } },
    },
    Variable: {
      type: 'object',
      required: ['name', 'type'],
      additionalProperties: false,
      properties: {
        name: variableName,
        type: {
          type: 'string',
          enum: ['string', 'number', 'integer', 'boolean', 'enum', 'array', 'object', 'messages'],
        },
        required: {
          type: 'boolean',
          description: 'True unless said otherwise; a variable with a default is always optional.',
        },
        default: { description: 'Any value that is valid for the type.' },
        enum: {
          type: 'array',
          minItems: 1,
          uniqueItems: true,
          items: { type: 'string' },
          description: 'The allowed values; for type enum, and only there.',
        },
        maxLength: {
          type: 'integer',
          minimum: 1,
          description: 'In UTF-16 code units; only for type string.',
        },
        description: { type: 'string' },
      },
    },
    Tool: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
        description: { type: 'string' },
        parameters: jsonSchema,
      },
    },
    ModelSettings: {
      description: 'Advice for callers and for runs; parameters are free JSON up to 16 KiB.',
      type: 'object',
      additionalProperties: false,
      properties: {
        provider: { type: 'string', minLength: 1 },
        name: { type: 'string', minLength: 1 },
        parameters: { type: 'object', additionalProperties: true },
      },
    },
  },
} as const;

/** One branch of the content: its kind, its own property, and the contract that all kinds share. */
function contentOf<Kind extends string, Own extends Record<string, object>>(kind: Kind, own: Own) {
  return {
    type: 'object',
    required: ['kind', ...Object.keys(own)],
    additionalProperties: false,
    properties: {
      kind: { type: 'string', const: kind },
      ...own,
      variables: { type: 'array', items: { $ref: '#/$defs/Variable' } },
      outputSchema: jsonSchema,
      tools: { type: 'array', items: { $ref: '#/$defs/Tool' } },
      model: { $ref: '#/$defs/ModelSettings' },
    },
  } as const;
}
