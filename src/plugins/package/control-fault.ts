import type { Control } from './control.js';

/** What the schema of a control cannot say, as a sentence; undefined when nothing is wrong with it. */
export function controlFault(control: Control): string | undefined {
  if (control.type === 'table') {
    return control.rows.some((row) => row.length !== control.columns.length)
      ? 'A row of a table has other than one cell for each column.'
      : undefined;
  }
  if (control.type === 'chart') {
    return control.series.some(({ values }) => values.length !== control.categories.length)
      ? 'A series of a chart has other than one value for each category.'
      : undefined;
  }
  return undefined;
}
