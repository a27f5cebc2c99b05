import { controlDefinitions } from './control-schema.js';
import { manifestComponents } from './manifest.openapi.js';

const { discriminator: _, ...Control } = controlDefinitions.Control;

const kinds = { type: ['object', 'array', 'string', 'number', 'boolean', 'null'] };
const Json = { ...kinds, additionalProperties: true, items: kinds };

/** What plugins are and show, as OpenAPI 3.1 components, whose schemas are JSON Schema 2020-12 too. */
export const pluginComponents: Readonly<Record<string, object>> = {
  Control,
  Json,
  ...manifestComponents,
};

/** What a DTO says of a list of controls. */
export const controlList = {
  type: 'array' as const,
  items: { $ref: '#/components/schemas/Control' },
};

/** The same of whatever JSON holds, where only a plugin knows more. */
export const anyJson = { allOf: [{ $ref: '#/components/schemas/Json' }] };
