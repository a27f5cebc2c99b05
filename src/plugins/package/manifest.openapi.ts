import { manifestSchema } from './manifest-schema.js';

const { $schema: _schema, $defs: _definitions, ...schema } = manifestSchema;

/**
 * `plugin.json` as an OpenAPI 3.1 component: the very schema that a manifest is held to, so that who draws
 * its `ui` and calls its endpoints has types for them.
 */
export const manifestComponents: Readonly<Record<string, object>> = {
  PluginManifest: withComponents(schema) as object,
  ValueSchema: {
    type: 'object',
    additionalProperties: true,
    description: 'JSON Schema 2020-12 without `$ref`, `pattern` and `uniqueItems`.',
  },
};

/** What a DTO says of a manifest, or of none. */
export const manifestOrNull = {
  nullable: true,
  allOf: [{ $ref: '#/components/schemas/PluginManifest' }],
};

function withComponents(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withComponents);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref'
        ? String(value).replace('#/$defs/', '#/components/schemas/')
        : withComponents(value),
    ]),
  );
}
