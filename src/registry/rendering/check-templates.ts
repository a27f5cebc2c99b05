import { type FieldError, Problem } from '../../platform/errors/index.js';
import { type Content, type Variable } from '../content/content.js';
import { textPlaces } from '../content/text-places.js';
import { checkNames, maxNameErrors } from './check-names.js';
import { includesNotSupported, invalidTemplate, undeclaredVariable } from './rendering.errors.js';
import { templates } from './template-cache.js';
import { excerpt, includesOf, lineAt, type Template } from './template.js';

/** A caller mends a few faults at a time. */
const maxErrors = maxNameErrors;

type PlacedTemplate = readonly [pointer: string, template: Template];

/**
 * Checks every template of a content that follows the content schema, and every placeholder.
 *
 * @returns a warning for each variable that is declared and never used
 * @throws invalid-template, includes-not-supported, undeclared-variable, each with a pointer below
 *   `/content` and the line of every fault
 */
export function checkTemplates(content: Content): readonly FieldError[] {
  const parsed = parseAll(content);
  refuseIncludes(parsed);

  const declared = new Map(content.variables?.map((variable) => [variable.name, variable]));
  const findings = [
    ...parsed.map(([pointer, template]) => checkNames(template, declared, pointer)),
    ...placeholdersOf(content).map(([pointer, name]) => checkPlaceholder(name, declared, pointer)),
  ];
  refuseNames(findings.flatMap(({ errors }) => errors));

  const used = new Set(findings.flatMap((finding) => [...finding.used]));
  return unusedWarnings(content.variables ?? [], used);
}

function parseAll(content: Content): readonly PlacedTemplate[] {
  const errors: FieldError[] = [];
  const parsed = [...textPlaces(content)].flatMap(([path, text]): PlacedTemplate[] => {
    const pointer = `/content/${path}`;
    try {
      return [[pointer, templates.get(text, pointer)]];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      errors.push(...error.errors);
      return [];
    }
  });
  if (errors.length === 0) return parsed;
  throw invalidTemplate('A template is not valid; errors says where and why.', {
    errors: errors.slice(0, maxErrors),
  });
}

function refuseIncludes(parsed: readonly PlacedTemplate[]): void {
  const includes = parsed.flatMap(([pointer, template]) =>
    includesOf(template).map((include) => ({ ...include, pointer, source: template.source })),
  );
  if (includes.length === 0) return;
  throw includesNotSupported('This server does not support includes; errors says where they are.', {
    errors: includes.slice(0, maxErrors).map(({ pointer, source, offset, reference }) => {
      const tag = `Line ${lineAt(source, offset)}: {{> ${excerpt(reference)}}}`;
      const detail = `${tag} includes another prompt; write its text here instead.`;
      return { pointer, code: includesNotSupported.definition.code, detail };
    }),
  });
}

function refuseNames(errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  const { code } = undeclaredVariable.definition;
  const options = { errors: errors.slice(0, maxErrors) };
  throw errors.some((error) => error.code === code)
    ? undeclaredVariable('A template uses what is not declared; errors says where.', options)
    : invalidTemplate('A template uses a variable wrongly; errors says where and why.', options);
}

function placeholdersOf(content: Content): readonly (readonly [pointer: string, name: string])[] {
  if (content.kind !== 'chat') return [];
  return content.messages.flatMap((message, index) =>
    'placeholder' in message
      ? [[`/content/messages/${index}/placeholder`, message.placeholder] as const]
      : [],
  );
}

function checkPlaceholder(name: string, declared: ReadonlyMap<string, Variable>, pointer: string) {
  const variable = declared.get(name);
  const used = new Set([name]);
  if (variable?.type === 'messages') return { errors: [], used };
  const error =
    variable === undefined
      ? {
          code: undeclaredVariable.definition.code,
          detail: `"${name}" is not a declared variable; declare it with type messages.`,
        }
      : {
          code: 'wrong-type',
          detail: `"${name}" is of type ${variable.type}; a placeholder needs type messages.`,
        };
  return { errors: [{ pointer, ...error }], used };
}

function unusedWarnings(variables: readonly Variable[], used: ReadonlySet<string>): FieldError[] {
  return variables.flatMap(({ name }, index) => {
    if (used.has(name)) return [];
    const detail = `The variable ${name} is declared and never used; callers must still know it.`;
    return [{ pointer: `/content/variables/${index}`, code: 'unused-variable', detail }];
  });
}
