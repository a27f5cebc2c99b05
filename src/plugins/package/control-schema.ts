const name = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$' } as const;
const label = { type: 'string', minLength: 1, maxLength: 200 } as const;
const line = { type: 'string', maxLength: 4_000 } as const;
const longText = { type: 'string', maxLength: 65_536 } as const;
const maxLength = { type: 'integer', minimum: 1, maximum: 65_536 } as const;
const flag = { type: 'boolean' } as const;

type Properties = Readonly<Record<string, object>>;

const option = closed({ value: line, label });
const cell = { type: ['string', 'number', 'null'], maxLength: 4_000 } as const;
const series = closed({ label, values: listOf({ type: ['number', 'null'] }, 0, 1_000) });

/** JSON Schema of `Control`, for the `$defs` of a schema that has controls in it. */
export const controlDefinitions = {
  Control: {
    type: 'object',
    discriminator: { propertyName: 'type' },
    required: ['type'],
    oneOf: [
      control(
        'button',
        { name, label, action: name },
        { style: { type: 'string', enum: ['primary', 'danger'] }, disabled: flag },
      ),
      control('dropdown', { name, label, options: listOf(option, 1, 500) }, { value: line }),
      control('checkbox', { name, label, value: flag }),
      control('text', { name, label }, { value: line, maxLength }),
      control('textarea', { name, label }, { value: longText, maxLength }),
      control('table', {
        name,
        label,
        columns: listOf(label, 1, 50),
        rows: listOf(listOf(cell, 0, 50), 0, 1_000),
      }),
      control('chart', {
        name,
        label,
        chart: { type: 'string', enum: ['line', 'bar'] },
        categories: listOf({ type: 'string', maxLength: 200 }, 0, 1_000),
        series: listOf(series, 1, 20),
      }),
      control('markdown', { name, text: longText }),
    ],
  },
} as const;

function control(type: string, required: Properties, optional: Properties = {}) {
  return closed({ type: { type: 'string', const: type }, ...required }, optional);
}

function closed(required: Properties, optional: Properties = {}) {
  return {
    type: 'object',
    required: Object.keys(required),
    additionalProperties: false,
    properties: { ...required, ...optional },
  } as const;
}

function listOf(items: object, minItems: number, maxItems: number) {
  return { type: 'array', minItems, maxItems, items } as const;
}
