import { delimitersFor, settingTag } from './delimiters.js';
import { type PlaceholderMark, piecesOf, placeholdersIn } from './placeholders.js';
import { variableNames } from './variable-names.js';

export interface ConvertedVariable {
  readonly name: string;
  readonly type: 'string';
  /** Without one the variable is required. */
  readonly default?: string;
  readonly description?: string;
}

/** The content of a version as the API takes it. */
export interface ConvertedContent {
  readonly kind: 'text';
  readonly text: string;
  readonly variables?: readonly ConvertedVariable[];
}

export interface Conversion {
  readonly content: ConvertedContent;
  /** What was decided for the author, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Turns a text with `${name}` and `${name:default}` into a Mustache template with declared
 * variables. Rendered with the value of each placeholder, it gives the text with these values put
 * in, character by character.
 *
 * Every text is of kind text, one in the form of JSON or YAML too: its keys are the author's own,
 * and cutting it into sections would change what the model is given.
 */
export function convert(text: string): Conversion {
  const pieces = piecesOf(text);
  const placeholders = placeholdersIn(pieces);
  const names = variableNames(placeholders.map(({ name }) => name));
  const nameOf = ({ name }: PlaceholderMark) => names.get(name) ?? name;
  const delimiters = delimitersFor(text, pieces);
  const { open, close } = delimiters;
  const template = pieces.map((piece) =>
    typeof piece === 'string' ? piece : `${open}${nameOf(piece)}${close}`,
  );
  const declared = [...names].map(([placeholder, name]) =>
    declare(
      placeholder,
      name,
      placeholders.filter((mark) => mark.name === placeholder),
    ),
  );
  return {
    content: {
      kind: 'text',
      text: settingTag(delimiters) + template.join(''),
      ...(declared.length > 0 && { variables: declared.map(({ variable }) => variable) }),
    },
    warnings: declared.flatMap(({ warnings }) => warnings),
  };
}

interface Declaration {
  readonly variable: ConvertedVariable;
  readonly warnings: readonly string[];
}

/** The first default that is not empty wins over the others and over their absence. */
function declare(
  placeholder: string,
  name: string,
  marks: readonly PlaceholderMark[],
): Declaration {
  const defaults = [...new Set(marks.map((mark) => mark.default))];
  const chosen = defaults.find((value) => value !== '');
  return {
    variable: {
      name,
      type: 'string',
      ...(chosen !== undefined && { default: chosen }),
      ...(name !== placeholder && {
        description: `Imported from the placeholder "${placeholder}".`,
      }),
    },
    warnings: [
      ...(name === placeholder ? [] : [`"${placeholder}" is no variable name: it became ${name}`]),
      ...(chosen !== undefined && defaults.length > 1
        ? [`${name} has different defaults: "${chosen}" is used everywhere`]
        : []),
    ],
  };
}
