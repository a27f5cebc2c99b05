import { type FieldError } from '../../platform/errors/index.js';
import { type Variable, type VariableType } from '../content/content.js';
import { undeclaredVariable } from './rendering.errors.js';
import {
  lineAt,
  nameOf,
  type Path,
  type SectionNode,
  type Template,
  type TemplateNode,
} from './template.js';

/** What is known, before any value is, about the section that a tag stands in. */
interface Scope {
  /** Within a section over an array or an object, where any name can be a field. */
  readonly hasFields: boolean;
  /** What `{{.}}` is; undefined outside of all sections. */
  readonly item: VariableType | 'unknown' | undefined;
}

/** As many faults of one text as are reported. */
export const maxNameErrors = 50;

export interface NameFindings {
  /** One for each name and reason, at the first line that has it; at most {@link maxNameErrors}. */
  readonly errors: readonly FieldError[];
  /** Declared variables that the template uses. */
  readonly used: ReadonlySet<string>;
}

/**
 * Checks every name of a template against the declared variables. The first segment must be
 * declared, except within a section over an array or an object. A name whose value no input can
 * make printable is an error here, so that it is not one at each render.
 */
export function checkNames(
  template: Template,
  declared: ReadonlyMap<string, Variable>,
  pointer: string,
): NameFindings {
  const check = new NameCheck(template.source, declared, pointer);
  check.visit(template.nodes, { hasFields: false, item: undefined });
  return { errors: [...check.errors.values()], used: check.used };
}

class NameCheck {
  readonly errors = new Map<string, FieldError>();
  readonly used = new Set<string>();

  constructor(
    private readonly source: string,
    private readonly declared: ReadonlyMap<string, Variable>,
    private readonly pointer: string,
  ) {}

  visit(nodes: readonly TemplateNode[], scope: Scope): void {
    for (const node of nodes) {
      if (node.kind === 'variable') this.#checkPrintable(node.path, node.offset, scope);
      if (node.kind === 'section') this.visit(node.nodes, this.#enter(node, scope));
    }
  }

  #checkPrintable(path: Path, offset: number, scope: Scope): void {
    const type = this.#typeOf(path, offset, scope);
    if (type !== 'array' && type !== 'object' && type !== 'messages') return;
    const [noun, advice] = unprintable[type];
    const detail = `{{${nameOf(path)}}} is ${noun} and cannot be printed; ${advice}.`;
    this.#report('not-printable', offset, nameOf(path), detail);
  }

  #enter({ path, offset, inverted }: SectionNode, scope: Scope): Scope {
    const type = this.#typeOf(path, offset, scope);
    // An inverted section is rendered only when there is nothing to step into.
    if (inverted || type === undefined) return scope;
    switch (type) {
      case 'array':
      case 'unknown':
        return { hasFields: true, item: 'unknown' };
      case 'object':
      case 'messages':
        return { hasFields: true, item: 'object' };
      default:
        return { ...scope, item: type };
    }
  }

  /** Undefined after an error was reported. */
  #typeOf(path: Path, offset: number, scope: Scope): Scope['item'] {
    const [first] = path;
    if (first === undefined) return this.#itemOf(offset, scope);
    const variable = this.declared.get(first);
    if (variable !== undefined) this.used.add(first);
    // Here the innermost value wins, and it may have a field of any name.
    if (scope.hasFields) return 'unknown';

    const name = nameOf([first]);
    if (variable === undefined) {
      const detail = `"${name}" is not a declared variable; declare it or correct the name.`;
      this.#report(undeclaredVariable.definition.code, offset, name, detail);
      return undefined;
    }
    if (path.length === 1) return variable.type;
    if (variable.type === 'object') return 'unknown';
    const detail = `"${name}" is of type ${variable.type}, and only an object has fields.`;
    this.#report('no-fields', offset, nameOf(path), detail);
    return undefined;
  }

  #itemOf(offset: number, { item }: Scope): Scope['item'] {
    if (item !== undefined) return item;
    const detail = '{{.}} has a meaning only within a section; name a variable.';
    this.#report('no-section', offset, '.', detail);
    return undefined;
  }

  #report(code: string, offset: number, name: string, sentence: string): void {
    const key = `${code} ${name}`;
    // SECURITY: finding a line takes time in proportion to the text, so it is not done without end.
    if (this.errors.has(key) || this.errors.size === maxNameErrors) return;
    const detail = `Line ${lineAt(this.source, offset)}: ${sentence}`;
    this.errors.set(key, { pointer: this.pointer, code, detail });
  }
}

const unprintable = {
  array: ['an array', 'use a section that prints its items'],
  object: ['an object', 'print one of its fields'],
  messages: ['a list of messages', 'use a placeholder in a chat'],
} as const;
