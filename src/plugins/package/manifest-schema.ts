import { roles } from '../../platform/authorization/index.js';
import { controlDefinitions } from './control-schema.js';
import { capabilities, endpointMethods } from './manifest.js';
import { valueSchemaDefinitions } from './value-schema.js';

/** The most that a manifest may ask for, whoever signed it. */
export const limitMaxima = {
  memoryMb: 256,
  rssMb: 512,
  hookSliceMs: 500,
  endpointSliceMs: 5_000,
  cpuMs: 10_000,
  wallMs: 30_000,
} as const;

/** The least with which a runner can still start and answer. */
const limitMinima = {
  memoryMb: 8,
  rssMb: 120,
  hookSliceMs: 10,
  endpointSliceMs: 10,
  cpuMs: 10,
  wallMs: 50,
} as const satisfies Record<keyof typeof limitMaxima, number>;

export const pluginNamePattern = '^[a-z0-9]+(?:[.-][a-z0-9]+)*$';
export const maxPluginNameLength = 64;

const identifier = {
  type: 'string',
  pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$',
  not: { enum: ['constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty'] },
} as const;
const someRoles = {
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  items: { type: 'string', enum: roles },
} as const;
const valueSchema = { $ref: '#/$defs/ValueSchema' } as const;
const seconds = { type: 'integer', minimum: 10, maximum: 86_400 } as const;

/** The one JSON Schema (2020-12) of `plugin.json`. What it cannot say is in manifest-rules.ts. */
export const manifestSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...closed(
    {
      schema: { type: 'string', const: 'promptd/plugin/v1' },
      name: { type: 'string', pattern: pluginNamePattern, maxLength: maxPluginNameLength },
      version: { type: 'string', minLength: 1, maxLength: 64 },
      releaseSeq: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
      apiVersion: { type: 'integer', const: 1 },
      engines: closed({ promptd: { type: 'string', minLength: 1, maxLength: 100 } }),
      entry: { type: 'string', minLength: 1, maxLength: 200 },
      publisher: { type: 'string', minLength: 1, maxLength: 200 },
      capabilities: {
        type: 'array',
        uniqueItems: true,
        items: { type: 'string', enum: capabilities },
      },
    },
    {
      description: { type: 'string', maxLength: 2_000 },
      http: closed({
        allow: {
          type: 'array',
          minItems: 1,
          maxItems: 50,
          uniqueItems: true,
          items: {
            type: 'string',
            maxLength: 253,
            pattern:
              '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$',
          },
        },
      }),
      hooks: listOf(
        closed(
          {
            event: {
              type: 'string',
              maxLength: 64,
              pattern: '^[a-z][A-Za-z0-9-]*(?:\\.[a-z][A-Za-z0-9-]*)+$',
            },
            kind: { type: 'string', enum: ['veto', 'observe'] },
          },
          {
            order: { type: 'integer', minimum: -1_000_000, maximum: 1_000_000 },
            onError: { type: 'string', enum: ['deny', 'allow'] },
          },
        ),
      ),
      endpoints: listOf(
        closed(
          {
            handler: identifier,
            method: { type: 'string', enum: endpointMethods },
            path: { type: 'string', minLength: 2, maxLength: 200 },
            roles: someRoles,
          },
          { input: valueSchema, output: valueSchema, launchesModal: identifier },
        ),
      ),
      modals: listOf(
        closed(
          {
            name: identifier,
            title: { type: 'string', minLength: 1, maxLength: 200 },
            roles: someRoles,
            actions: listOf(closed({ name: identifier }, { roles: someRoles, input: valueSchema })),
          },
          { ttlSeconds: seconds, idleSeconds: seconds },
        ),
      ),
      ui: listOf({ $ref: '#/$defs/Control' }),
      limits: closed({}, limits()),
    },
  ),
  $defs: { ...controlDefinitions, ...valueSchemaDefinitions },
} as const;

type Properties = Readonly<Record<string, object>>;

/** An object with these properties and no other. */
function closed(required: Properties, optional: Properties = {}) {
  return {
    type: 'object',
    required: Object.keys(required),
    additionalProperties: false,
    properties: { ...required, ...optional },
  } as const;
}

function listOf(items: object) {
  return { type: 'array', maxItems: 100, items } as const;
}

function limits(): Properties {
  return Object.fromEntries(
    Object.entries(limitMaxima).map(([name, maximum]) => [
      name,
      { type: 'integer', minimum: limitMinima[name as keyof typeof limitMaxima], maximum },
    ]),
  );
}
