import { isJsonObject, type Json } from '../content/content.js';
import { type RenderBudget } from './render-budget.js';
import { renderBudgetExceeded, renderVariablesInvalid } from './rendering.errors.js';
import { templates } from './template-cache.js';
import {
  lineAt,
  nameOf,
  type IncludeNode,
  type Path,
  type SectionNode,
  type Template,
  type TemplateNode,
  type VariableNode,
} from './template.js';

/** Finds the text of an include; what is not found renders as nothing. */
export type FindInclude = (reference: string) => string | undefined;

const maxIncludeDepth = 16;

/**
 * Renders as the Mustache specification says, without HTML escaping and lambdas. Where it leaves a
 * choice: `0` and `""` are false in a section, as in mustache.js; numbers and booleans print as
 * JSON; only own fields of objects have names, so `list.length` is missing; what is missing prints
 * as nothing. Values are data: one that holds `{{x}}` is printed and never rendered.
 *
 * @throws render-too-large, render-budget-exceeded, or render-variables-invalid for a tag that
 *   would print an array or an object
 */
export function renderTemplate(
  template: Template,
  data: Json,
  budget: RenderBudget,
  findInclude: FindInclude = () => undefined,
): string {
  return new TemplateRenderer(data, budget, findInclude).render(template);
}

class TemplateRenderer {
  /** What names are looked up in, innermost last. */
  readonly #scopes: Json[];
  /** Parsed once for each tag, not for each item of the section around it. */
  readonly #included = new Map<IncludeNode, Template>();
  #includeDepth = 0;
  #output = '';

  constructor(
    data: Json,
    private readonly budget: RenderBudget,
    private readonly findInclude: FindInclude,
  ) {
    this.#scopes = [data];
  }

  render(template: Template): string {
    this.#renderNodes(template.nodes, template.source);
    return this.#output;
  }

  #renderNodes(nodes: readonly TemplateNode[], source: string): void {
    for (const node of nodes) {
      this.budget.spendStep();
      switch (node.kind) {
        case 'text':
          this.#write(node.text);
          break;
        case 'variable':
          this.#write(this.#textOf(node, source));
          break;
        case 'section':
          this.#renderSection(node, source);
          break;
        case 'include':
          this.#renderInclude(node);
          break;
      }
    }
  }

  #write(text: string): void {
    this.budget.spendOutput(text);
    this.#output += text;
  }

  #textOf({ path, offset }: VariableNode, source: string): string {
    const value = this.#find(path) ?? '';
    if (typeof value !== 'object') return String(value);

    const noun = Array.isArray(value) ? 'an array' : 'an object';
    const tag = `Line ${lineAt(source, offset)} of a template: {{${nameOf(path)}}}`;
    const detail = `${tag} is ${noun} here and cannot be printed; send a text or a number.`;
    throw renderVariablesInvalid('A variable cannot be printed; errors says which.', {
      errors: [{ pointer: '/variables', code: 'not-printable', detail }],
    });
  }

  #renderSection({ path, inverted, nodes }: SectionNode, source: string): void {
    const value = this.#find(path);
    const items = itemsOf(value);
    if (inverted) {
      if (items.length === 0) this.#renderNodes(nodes, source);
      return;
    }
    for (const item of items) {
      this.budget.spendStep();
      this.#scopes.push(item);
      this.#renderNodes(nodes, source);
      this.#scopes.pop();
    }
  }

  #renderInclude(node: IncludeNode): void {
    const included = this.#included.get(node) ?? this.#include(node);
    if (included === undefined) return;
    this.#included.set(node, included);
    if (this.#includeDepth === maxIncludeDepth) {
      throw renderBudgetExceeded(`Includes nest more than ${maxIncludeDepth} deep.`);
    }
    this.#includeDepth += 1;
    this.#renderNodes(included.nodes, included.source);
    this.#includeDepth -= 1;
  }

  /** Indents the text and not the output, so that lines inside values stay as they are. */
  #include({ reference, indentation }: IncludeNode): Template | undefined {
    const text = this.findInclude(reference);
    if (text === undefined) return undefined;
    const lines = text.split('\n').map((line) => (line === '' ? line : indentation + line));
    return templates.get(lines.join('\n'));
  }

  /** The innermost scope that has the first segment decides; a broken chain is not tried again. */
  #find(path: Path): Json | undefined {
    const [first] = path;
    if (first === undefined) return this.#scopes.at(-1);
    const hasFirst = (scope: Json) => {
      this.budget.spendStep();
      return fieldOf(scope, first) !== undefined;
    };
    return path.reduce<Json | undefined>(fieldOf, this.#scopes.findLast(hasFirst));
  }
}

function fieldOf(value: Json | undefined, name: string): Json | undefined {
  // SECURITY: own properties only, so that no name reaches Object.prototype.
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** What a section is rendered for: each item of an array, once for anything else that is true. */
function itemsOf(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  return value ? [value] : [];
}
