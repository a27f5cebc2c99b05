/**
 * A parsed Mustache template (mustache.js 4.2 syntax, Mustache specification 1.4 without lambdas).
 * HTML escaping is off, so `{{x}}`, `{{{x}}}` and `{{&x}}` are the same tag.
 */
export interface Template {
  readonly source: string;
  readonly nodes: readonly TemplateNode[];
  /** Of the whole tree. */
  readonly nodeCount: number;
}

export type TemplateNode = TextNode | VariableNode | SectionNode | IncludeNode;

export interface TextNode {
  readonly kind: 'text';
  readonly text: string;
}

interface Tag {
  /** Where the tag starts in the source, in UTF-16 code units. */
  readonly offset: number;
}

export interface VariableNode extends Tag {
  readonly kind: 'variable';
  readonly path: Path;
}

export interface SectionNode extends Tag {
  readonly kind: 'section';
  readonly path: Path;
  readonly inverted: boolean;
  readonly nodes: readonly TemplateNode[];
}

/** `{{> reference}}`, which Mustache calls a partial. */
export interface IncludeNode extends Tag {
  readonly kind: 'include';
  readonly reference: string;
  /** Goes before each line of the included text; empty unless the tag has its line to itself. */
  readonly indentation: string;
}

/** The segments of a dotted name; none at all for `{{.}}`. */
export type Path = readonly string[];

export function nameOf(path: Path): string {
  return excerpt(path.length === 0 ? '.' : path.join('.'));
}

/** Counts from 1, as editors do. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

/** Every include of a template, in reading order. */
export function includesOf({ nodes }: Pick<Template, 'nodes'>): readonly IncludeNode[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'section') return includesOf(node);
    return node.kind === 'include' ? [node] : [];
  });
}

const maxExcerptLength = 64;

/** A part of a template, short enough to stand in an error's sentence. */
export function excerpt(text: string): string {
  const isShort = text.length <= maxExcerptLength;
  return isShort ? text : `${text.slice(0, maxExcerptLength).toWellFormed()}…`;
}
