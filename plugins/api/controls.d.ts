declare module 'promptd:api' {
  /**
   * What a modal session may show: a closed list that any client can draw. There is no HTML, no
   * script and no URL in it. A `name` is unique in its view; an action gets the values of the
   * controls that have one, by name.
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

  export interface ButtonControl {
    type: 'button';
    name: string;
    label: string;
    /** An action of the modal in the manifest; in `ui` of the manifest, the modal that it opens. */
    action: string;
    style?: 'primary' | 'danger';
    disabled?: boolean;
  }

  export interface DropdownControl {
    type: 'dropdown';
    name: string;
    label: string;
    options: { value: string; label: string }[];
    value?: string;
  }

  export interface CheckboxControl {
    type: 'checkbox';
    name: string;
    label: string;
    value: boolean;
  }

  /** One line. */
  export interface TextControl {
    type: 'text';
    name: string;
    label: string;
    value?: string;
    maxLength?: number;
  }

  /** Several lines. */
  export interface TextareaControl {
    type: 'textarea';
    name: string;
    label: string;
    value?: string;
    maxLength?: number;
  }

  /** Each row has one cell for each column. */
  export interface TableControl {
    type: 'table';
    name: string;
    label: string;
    columns: string[];
    rows: (string | number | null)[][];
  }

  export interface ChartControl {
    type: 'chart';
    name: string;
    label: string;
    chart: 'line' | 'bar';
    /** Along the horizontal axis; each series has one value for each of these. */
    categories: string[];
    /** Null is a gap. */
    series: { label: string; values: (number | null)[] }[];
  }

  /** CommonMark, shown without its HTML, links and images. */
  export interface MarkdownControl {
    type: 'markdown';
    name: string;
    text: string;
  }
}
