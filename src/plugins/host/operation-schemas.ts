/*
 * JSON Schemas (2020-12) of what plugins give to the host, by operation. What a name, a selector or a
 * cursor means is for the use case; here is what keeps it small and of one shape.
 */

const name = text(255);
const selector = text(255);
const page = {
  cursor: text(2_000),
  limit: { type: 'integer', minimum: 1, maximum: 100 },
} as const;
/** Printable ASCII without a space, so that every database compares it in the same way. */
const key = { type: 'string', pattern: '^[!-~]{1,128}$' } as const;
const object = { type: 'object' } as const;

const proposal = {
  name,
  content: object,
  message: { type: 'string', maxLength: 4_000 },
} as const;

/** As many characters as the largest message between a plugin and the host has bytes. */
const message = closed({
  role: { enum: ['system', 'user', 'assistant'] },
  content: text(1_000_000),
});
/** SECURITY: a list of what may be said, so that nothing else of a provider's API can be turned on. */
const parameters = closed(
  {},
  {
    temperature: { type: 'number', minimum: 0, maximum: 2 },
    topP: { type: 'number', minimum: 0, maximum: 1 },
    maxTokens: { type: 'integer', minimum: 1, maximum: 1_000_000 },
    stop: { type: 'array', minItems: 1, maxItems: 4, items: text(100) },
    seed: { type: 'integer', minimum: 0, maximum: 2_147_483_647 },
  },
);

export const operationSchemas = {
  'prompts.get': closed({ name, selector }),
  'prompts.list': closed({}, page),
  'prompts.versions': closed({ name }, page),
  'prompts.propose': {
    oneOf: [
      closed({ ...proposal, version: text(64) }),
      closed({ ...proposal, bump: { enum: ['auto', 'major', 'minor', 'patch'] } }),
    ],
  },
  render: closed({ name, selector, variables: object }),
  'kv.get': closed({ key }),
  'kv.set': closed({ key, value: {} }),
  'kv.delete': closed({ key }),
  'http.fetch': closed(
    { url: text(2_000) },
    {
      method: { enum: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] },
      headers: {
        type: 'object',
        maxProperties: 32,
        propertyNames: { pattern: '^[A-Za-z0-9-]{1,64}$' },
        additionalProperties: { type: 'string', pattern: '^[\\t\\x20-\\x7e]{0,4096}$' },
      },
      body: { type: 'string', maxLength: 262_144 },
    },
  ),
  'llm.complete': closed(
    {
      model: text(200),
      messages: { type: 'array', minItems: 1, maxItems: 100, items: message },
    },
    { provider: text(64), parameters },
  ),
  'session.update': object,
} as const;

export type OperationName = keyof typeof operationSchemas;

function text(maxLength: number) {
  return { type: 'string', minLength: 1, maxLength } as const;
}

/** An object with these properties and no other. */
function closed(required: Readonly<Record<string, object>>, optional = {}) {
  return {
    type: 'object',
    required: Object.keys(required),
    additionalProperties: false,
    properties: { ...required, ...optional },
  } as const;
}
