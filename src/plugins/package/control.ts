/**
 * A control that any client can draw: a closed union of data, without markup, script or address, so
 * that a plugin can show something and never run something where it is shown.
 */
export type Control =
  | ButtonControl
  | DropdownControl
  | CheckboxControl
  | TextControl
  | TextControl<'textarea'>
  | TableControl
  | ChartControl
  | MarkdownControl;

interface Named {
  /** Tells the controls of one list apart, and names the value of one that has a value. */
  readonly name: string;
}

interface Labelled extends Named {
  readonly label: string;
}

export interface ButtonControl extends Labelled {
  readonly type: 'button';
  /** An action of the modal; in `ui` of a manifest, the modal that it opens. */
  readonly action: string;
  readonly style?: 'primary' | 'danger';
  readonly disabled?: boolean;
}

export interface DropdownControl extends Labelled {
  readonly type: 'dropdown';
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value?: string;
}

export interface CheckboxControl extends Labelled {
  readonly type: 'checkbox';
  readonly value: boolean;
}

/** One line of `text`, or several of a `textarea`. */
export interface TextControl<Type extends 'text' | 'textarea' = 'text'> extends Labelled {
  readonly type: Type;
  readonly value?: string;
  readonly maxLength?: number;
}

export interface TableControl extends Labelled {
  readonly type: 'table';
  readonly columns: readonly string[];
  /** A cell for each column. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface ChartControl extends Labelled {
  readonly type: 'chart';
  readonly chart: 'line' | 'bar';
  /** The places on the horizontal axis. */
  readonly categories: readonly string[];
  /** A value for each place; null is a gap. */
  readonly series: readonly {
    readonly label: string;
    readonly values: readonly (number | null)[];
  }[];
}

/** CommonMark, shown without its HTML, links and images. */
export interface MarkdownControl extends Named {
  readonly type: 'markdown';
  readonly text: string;
}
