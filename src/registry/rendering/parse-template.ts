import Mustache, { type TemplateSpans } from 'mustache';
import { type Problem } from '../../platform/errors/index.js';
import { invalidTemplate } from './rendering.errors.js';
import {
  excerpt,
  lineAt,
  type IncludeNode,
  type Path,
  type Template,
  type TemplateNode,
} from './template.js';

/** Deepest nesting of sections; it bounds the stack of everything that walks a template. */
export const maxSectionDepth = 32;
/**
 * SECURITY: the package looks for the end of a tag with `\s*` in front, which takes time quadratic
 * in a run of white space (60,000 spaces: over a second).
 */
const maxWhitespaceRun = 1000;
/**
 * SECURITY: after each opening delimiter of its own the package searches the rest of the text for
 * a sigil (256 Ki characters of tags: seconds). With `{{` the next tag always ends that search.
 */
const maxOwnDelimitersLength = 32 * 1024;

/** In characters; what a name costs to look up grows with its parts. */
const maxNameLength = 256;

/** The package's own cache grows without bound. */
const writer = Object.assign(new Mustache.Writer(), { templateCache: undefined });

/**
 * Parses a text with the `mustache` package and turns its tokens into a {@link Template}.
 *
 * @param pointer the JSON Pointer of the text, for the answer
 * @throws invalid-template with one error that says the line, the tag and what to do
 */
export function parseTemplate(source: string, pointer = ''): Template {
  return new TemplateParser(source, pointer).parse();
}

class TemplateParser {
  #nodeCount = 0;

  constructor(
    private readonly source: string,
    private readonly pointer: string,
  ) {}

  parse(): Template {
    const { source } = this;
    const nodes = source.includes('{{')
      ? this.#nodesOf(this.#spans(), 0)
      : [{ kind: 'text' as const, text: source }];
    return { source, nodes, nodeCount: Math.max(this.#nodeCount, nodes.length) };
  }

  #spans(): TemplateSpans {
    this.#refuseSlowTexts();
    try {
      return writer.parse(this.source) as TemplateSpans;
    } catch (error) {
      throw this.#syntaxFault(error);
    }
  }

  #refuseSlowTexts(): void {
    for (const { 0: run, index } of this.source.matchAll(/\s+/g)) {
      if (run.length <= maxWhitespaceRun) continue;
      const sentence = `at most ${maxWhitespaceRun} spaces in a row in a text with tags.`;
      throw this.#fault('too-much-white-space', index, sentence);
    }
    const start = this.source.search(setsDelimiters);
    if (start === -1 || this.source.length <= maxOwnDelimitersLength) return;
    const limit = `at most ${maxOwnDelimitersLength} characters; use {{ and }}`;
    throw this.#fault('too-long', start, `a text that sets delimiters has ${limit}.`);
  }

  #nodesOf(spans: TemplateSpans, depth: number): TemplateNode[] {
    return spans.flatMap((span) => {
      const node = this.#nodeOf(span, depth);
      if (node === undefined) return [];
      this.#nodeCount += 1;
      return [node];
    });
  }

  #nodeOf(span: TemplateSpans[number], depth: number): TemplateNode | undefined {
    const [symbol, value, offset, end] = span;
    switch (symbol) {
      case 'text':
        // The package glues the text from single characters; a slice takes no memory of its own.
        return { kind: 'text', text: this.source.slice(offset, end) };
      case 'name':
      case '&':
        return { kind: 'variable', path: this.#path(value, offset), offset };
      case '#':
      case '^':
        return this.#sectionOf(span, depth);
      case '>':
        return this.#includeOf(span);
      case '=':
        this.#checkDelimiters(value, offset);
        return undefined;
      case '!':
        return undefined;
    }
  }

  #sectionOf([symbol, name, offset, , inner]: TemplateSpans[number], depth: number): TemplateNode {
    if (depth === maxSectionDepth) {
      const sentence = `sections nest at most ${maxSectionDepth} deep; use fewer of them.`;
      throw this.#fault('too-deep', offset, sentence);
    }
    return {
      kind: 'section',
      path: this.#path(name, offset),
      inverted: symbol === '^',
      nodes: Array.isArray(inner) ? this.#nodesOf(inner, depth + 1) : [],
      offset,
    };
  }

  #includeOf(span: TemplateSpans[number]): IncludeNode {
    const [, reference, offset, end, before, tagIndex, lineHasText] = span;
    if (!/^\S+$/.test(reference)) {
      const sentence = `{{> ${excerpt(reference)}}} must name one prompt, without spaces.`;
      throw this.#fault('invalid-reference', offset, sentence);
    }
    // The specification's rule; the package's renderer also indents what stands beside other text.
    const isFirst = tagIndex === 0 && lineHasText === false;
    const indentation = typeof before === 'string' && isFirst && this.#endsLine(end) ? before : '';
    return { kind: 'include', reference, indentation, offset };
  }

  #endsLine(offset: number): boolean {
    const blankRest = /[^\S\n]*(?:\n|$)/y;
    blankRest.lastIndex = offset;
    return blankRest.test(this.source);
  }

  #path(name: string, offset: number): Path {
    if (name === '.') return [];
    const isName = name.length <= maxNameLength && /^[^\s.]+(?:\.[^\s.]+)*$/.test(name);
    if (isName) return name.split('.');
    const sentence =
      name === ''
        ? 'a tag is empty; put the name of a variable into it.'
        : `"${excerpt(name)}" is not a name: names have at most ${maxNameLength} characters, no ` +
          'spaces and no empty parts, and Mustache has no helpers or expressions.';
    throw this.#fault('invalid-name', offset, sentence);
  }

  #checkDelimiters(value: string, offset: number): void {
    if (value.split(/\s+/).length === 2) return;
    throw this.#fault('invalid-delimiters', offset, delimitersAdvice);
  }

  #syntaxFault(error: unknown): Problem {
    const message = error instanceof Error ? error.message : '';
    const [, fault, , name = '', at] =
      /^(Unclosed tag|Unclosed section|Unopened section)( "([^]*)")? at (\d+)$/.exec(message) ?? [];
    const section = excerpt(name);
    const offset = Number(at);
    switch (fault) {
      case 'Unclosed tag': {
        // The package reports the end of the text; the last {{ is where the author has to look.
        const start = setsDelimiters.test(this.source) ? offset : this.source.lastIndexOf('{{');
        return this.#fault('unclosed-tag', start, 'a tag is opened and never closed; add its }}.');
      }
      case 'Unclosed section': {
        const sentence = `section "${section}" is not closed before this; add {{/${section}}}.`;
        return this.#fault('unclosed-section', offset, sentence);
      }
      case 'Unopened section': {
        const sentence = `{{/${section}}} closes what is not open; remove it or open the section.`;
        return this.#fault('unopened-section', offset, sentence);
      }
      default:
        return this.#fault(
          'invalid-delimiters',
          this.source.search(setsDelimiters),
          delimitersAdvice,
        );
    }
  }

  #fault(code: string, offset: number, sentence: string): Problem {
    const detail = `Line ${lineAt(this.source, offset)}: ${sentence}`;
    return invalidTemplate('A template is not valid; errors says where and why.', {
      errors: [{ pointer: this.pointer, code, detail }],
    });
  }
}

const setsDelimiters = /\{\{\s*=/;
const delimitersAdvice = 'delimiters are set with two words, as in {{=<% %>=}}.';
