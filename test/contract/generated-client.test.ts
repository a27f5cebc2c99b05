import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { clientProgram } from '../support/client-program.js';

jest.setTimeout(60_000);

/** Draws what plugins show, which is complete when nothing is left over. */
const drawing = `
import type { components } from './api.js';

type Schemas = components['schemas'];

export function draw(control: Schemas['Control']): string {
  switch (control.type) {
    case 'button':
      return control.label + control.action + (control.style ?? 'plain') + (control.disabled ?? false);
    case 'dropdown':
      return control.label + control.options.map(({ value, label }) => value + label).join();
    case 'checkbox':
      return control.label + (control.value ? 'x' : '');
    case 'text':
    case 'textarea':
      return control.label + (control.value ?? '') + (control.maxLength ?? 0);
    case 'table':
      return control.columns.concat(control.rows.flat().map(String)).join();
    case 'chart':
      return control.chart + control.categories.join() + control.series.map(({ label }) => label).join();
    case 'markdown':
      return control.text;
    default:
      return control satisfies never;
  }
}

export const menuOf = ({ manifest }: Schemas['PluginResponse']): string[] => [
  ...(manifest?.ui ?? []).map(draw),
  ...(manifest?.modals ?? []).flatMap(({ title, actions }) => [title, ...actions.map(({ name }) => name)]),
  ...(manifest?.endpoints ?? []).map(({ method, path }) => method + path),
];

export const sessionOf = ({ controls }: Schemas['ModalSessionResponse']): string[] => controls.map(draw);
`;

const repository = join(import.meta.dirname, '..', '..');
// Inside the repository, so that the program finds the packages.
const cache = join(repository, 'node_modules', '.cache');

describe('a TypeScript client generated from openapi.json', () => {
  let directory: string;
  beforeAll(async () => {
    mkdirSync(cache, { recursive: true });
    directory = mkdtempSync(join(cache, 'promptd-client-'));
    const document = JSON.parse(readFileSync(join(repository, 'openapi.json'), 'utf8')) as OpenAPI3;
    writeFileSync(join(directory, 'api.ts'), astToString(await openapiTypescript(document)));
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** Type-checks a program beside the generated types; answers what the compiler complains about. */
  function complaintsAbout(text: string): string {
    const file = join(directory, 'client.ts');
    writeFileSync(file, text);
    const compilation = ts.createProgram([file], {
      strict: true,
      exactOptionalPropertyTypes: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2024,
      lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: [],
      skipLibCheck: true,
      noEmit: true,
    });
    return ts
      .getPreEmitDiagnostics(compilation)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
      .join('\n');
  }

  it('compiles', () => {
    expect(complaintsAbout(clientProgram)).toBe('');
  });

  it('can draw every control that a plugin may show', () => {
    expect(complaintsAbout(drawing)).toBe('');
    const lacking = drawing.replace("case 'textarea':", '');
    expect(complaintsAbout(lacking)).toMatch(/'never'/);
  });

  it.each([
    ["kind: 'text'", "kind: 'prose'", /"prose"/],
    ["bump: 'auto'", "bmup: 'auto'", /'bmup' does not exist/],
    ['data.createdBy.name', 'data.createdBy.email', /'email' does not exist/],
  ])('does not compile with `%s` written as `%s`', (right, wrong, complaint) => {
    expect(complaintsAbout(clientProgram.replace(right, wrong))).toMatch(complaint);
  });
});
