import { contentSchema } from './content-schema.js';

const { $defs, $schema: _, ...content } = contentSchema;

/** The content schema as OpenAPI 3.1 components, whose schemas are JSON Schema 2020-12 too. */
export const contentComponents: Readonly<Record<string, object>> = JSON.parse(
  JSON.stringify({ Content: content, ...$defs }).replaceAll('#/$defs/', '#/components/schemas/'),
) as Record<string, object>;

/** What a DTO says of a field that holds content. */
export const contentReference = { allOf: [{ $ref: '#/components/schemas/Content' }] };
