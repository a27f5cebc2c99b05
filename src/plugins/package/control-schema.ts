const id = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$' } as const;
const label = { type: 'string', minLength: 1, maxLength: 200 } as const;
const line = { type: 'string', maxLength: 4_000 } as const;
const longText = { type: 'string', maxLength: 65_536 } as const;
const maxLength = { type: 'integer', minimum: 1, maximum: 65_536 } as const;

/** JSON Schema of `Control`, for the `$defs` of a schema that has controls in it. */
export const controlDefinitions = {
  Control: {
    type: 'object',
    discriminator: { propertyName: 'kind' },
    required: ['kind'],
    oneOf: [
      control('button', { id, label, action: id }, { disabled: { type: 'boolean' } }),
      control(
        'dropdown',
        {
          id,
          label,
          options: {
            type: 'array',
            minItems: 1,
            maxItems: 500,
            items: {
              type: 'object',
              required: ['value', 'label'],
              additionalProperties: false,
              properties: { value: line, label },
            },
          },
        },
        { value: line },
      ),
      control('checkbox', { id, label }, { value: { type: 'boolean' } }),
      control('text', { id, label }, { value: line, maxLength }),
      control(
        'textarea',
        { id, label },
        { value: longText, maxLength, rows: { type: 'integer', minimum: 1, maximum: 100 } },
      ),
      control('table', {
        id,
        label,
        columns: { type: 'array', minItems: 1, maxItems: 50, items: label },
        rows: {
          type: 'array',
          maxItems: 1_000,
          items: {
            type: 'array',
            maxItems: 50,
            items: { type: ['string', 'number', 'boolean', 'null'], maxLength: 4_000 },
          },
        },
      }),
      control('chart', {
        id,
        label,
        chart: { type: 'string', enum: ['line', 'bar'] },
        labels: { type: 'array', maxItems: 1_000, items: { type: 'string', maxLength: 200 } },
        series: {
          type: 'array',
          minItems: 1,
          maxItems: 20,
          items: {
            type: 'object',
            required: ['name', 'values'],
            additionalProperties: false,
            properties: {
              name: label,
              values: { type: 'array', maxItems: 1_000, items: { type: ['number', 'null'] } },
            },
          },
        },
      }),
      control('markdown', { id, text: longText }),
    ],
  },
} as const;

function control(
  kind: string,
  required: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
) {
  return {
    type: 'object',
    required: ['kind', ...Object.keys(required)],
    additionalProperties: false,
    properties: { kind: { type: 'string', const: kind }, ...required, ...optional },
  } as const;
}
