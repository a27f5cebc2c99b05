import { contentSchema } from './content-schema.js';

const { $defs, $schema: _, ...content } = contentSchema;

/** Without a mapping OpenAPI takes the names of the schemas for the values of `kind`. */
const discriminator = {
  ...content.discriminator,
  mapping: {
    text: '#/$defs/TextContent',
    chat: '#/$defs/ChatContent',
    structured: '#/$defs/StructuredContent',
  },
};

/** The content schema as OpenAPI 3.1 components, whose schemas are JSON Schema 2020-12 too. */
export const contentComponents: Readonly<Record<string, object>> = JSON.parse(
  JSON.stringify({ Content: { ...content, discriminator }, ...$defs }).replaceAll(
    '#/$defs/',
    '#/components/schemas/',
  ),
) as Record<string, object>;

/** What a DTO says of a field that holds content. */
export const contentReference = { allOf: [{ $ref: '#/components/schemas/Content' }] };
