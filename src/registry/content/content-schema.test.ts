import { Ajv2020 } from 'ajv/dist/2020.js';
import { contentKinds } from './content.js';
import { contentSchema } from './content-schema.js';

describe('the content schema', () => {
  it('is itself valid JSON Schema 2020-12 without a keyword that ajv does not know', () => {
    const ajv = new Ajv2020({ strict: true, discriminator: true });
    expect(ajv.validateSchema(contentSchema)).toBe(true);
    expect(() => ajv.compile(contentSchema)).not.toThrow();
  });

  it('has one branch per kind', () => {
    const { TextContent, ChatContent, StructuredContent } = contentSchema.$defs;
    const branches = [TextContent, ChatContent, StructuredContent];
    expect(branches.map(({ properties }) => properties.kind.const)).toEqual([...contentKinds]);
    expect(contentSchema.oneOf).toHaveLength(branches.length);
  });

  it('closes every object except where free JSON stands', () => {
    const open: string[] = [];
    const visit = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null) return;
      const isObjectSchema = 'type' in value && value.type === 'object';
      const isClosed = 'additionalProperties' in value && value.additionalProperties === false;
      if (isObjectSchema && !isClosed) open.push(path);
      for (const [key, member] of Object.entries(value)) visit(member, `${path}/${key}`);
    };
    visit(contentSchema.$defs, '');
    expect(open.sort()).toEqual([
      '/ChatContent/properties/outputSchema',
      '/ModelSettings/properties/parameters',
      '/StructuredContent/properties/outputSchema',
      '/TextContent/properties/outputSchema',
      '/Tool/properties/parameters',
    ]);
  });
});
