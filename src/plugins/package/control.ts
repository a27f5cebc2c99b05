/**
 * A control that any client can draw: a closed union of data, without markup, script or address, so
 * that a plugin can show something and never run something where it is shown.
 */
export type Control =
  | ButtonControl
  | DropdownControl
  | CheckboxControl
  | TextControl
  | TextareaControl
  | TableControl
  | ChartControl
  | MarkdownControl;

interface Named {
  /** Tells the controls of one list apart. */
  readonly id: string;
  readonly label: string;
}

export interface ButtonControl extends Named {
  readonly kind: 'button';
  /** The action of the modal, or the handler of the endpoint, that it stands for. */
  readonly action: string;
  readonly disabled?: boolean;
}

export interface DropdownControl extends Named {
  readonly kind: 'dropdown';
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value?: string;
}

export interface CheckboxControl extends Named {
  readonly kind: 'checkbox';
  readonly value?: boolean;
}

export interface TextControl extends Named {
  readonly kind: 'text';
  readonly value?: string;
  readonly maxLength?: number;
}

export interface TextareaControl extends Named {
  readonly kind: 'textarea';
  readonly value?: string;
  readonly maxLength?: number;
  readonly rows?: number;
}

export interface TableControl extends Named {
  readonly kind: 'table';
  readonly columns: readonly string[];
  /** A cell for each column. */
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

export interface ChartControl extends Named {
  readonly kind: 'chart';
  readonly chart: 'line' | 'bar';
  /** The places on the horizontal axis. */
  readonly labels: readonly string[];
  /** A value for each place; null is a gap. */
  readonly series: readonly {
    readonly name: string;
    readonly values: readonly (number | null)[];
  }[];
}

export interface MarkdownControl {
  readonly kind: 'markdown';
  readonly id: string;
  /** CommonMark without HTML and without images; a client shows the text of a link only. */
  readonly text: string;
}
