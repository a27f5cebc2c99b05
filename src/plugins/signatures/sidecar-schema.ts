import { maxPluginNameLength, pluginNamePattern } from '../package/manifest-schema.js';
import { treeLimits } from '../package/tree-limits.js';

const time = {
  type: 'string',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$',
} as const;

const properties = {
  v: { type: 'integer', const: 1 },
  purpose: { type: 'string', const: 'plugin-release' },
  alg: { type: 'string', const: 'ed25519' },
  keyId: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' },
  name: { type: 'string', pattern: pluginNamePattern, maxLength: maxPluginNameLength },
  version: { type: 'string', minLength: 1, maxLength: 64 },
  releaseSeq: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
  signedAt: time,
  expiresAt: time,
  tree: {
    type: 'object',
    required: ['alg', 'files'],
    additionalProperties: false,
    properties: {
      alg: { type: 'string', const: 'sha256' },
      files: {
        type: 'array',
        minItems: 1,
        maxItems: treeLimits.maxFiles,
        items: {
          type: 'object',
          required: ['path', 'size', 'sha256'],
          additionalProperties: false,
          properties: {
            path: { type: 'string', minLength: 1, maxLength: treeLimits.maxPathLength },
            size: { type: 'integer', minimum: 0, maximum: treeLimits.maxBytes },
            sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
          },
        },
      },
    },
  },
  // 64 bytes; that the last character has no stray bits is seen when it is decoded.
  sig: { type: 'string', pattern: '^[A-Za-z0-9+/]{86}==$' },
} as const;

/** The JSON Schema (2020-12) of a sidecar. */
export const sidecarSchema = {
  type: 'object',
  required: Object.keys(properties),
  additionalProperties: false,
  properties,
} as const;
