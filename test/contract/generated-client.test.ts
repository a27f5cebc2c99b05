import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { clientProgram } from '../support/client-program.js';

jest.setTimeout(60_000);

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

  it.each([
    ["kind: 'text'", "kind: 'prose'", /"prose"/],
    ["bump: 'auto'", "bmup: 'auto'", /'bmup' does not exist/],
    ['data.createdBy.name', 'data.createdBy.email', /'email' does not exist/],
  ])('does not compile with `%s` written as `%s`', (right, wrong, complaint) => {
    expect(complaintsAbout(clientProgram.replace(right, wrong))).toMatch(complaint);
  });
});
