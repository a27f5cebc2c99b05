import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json } from '../../src/registry/content/content.js';
import { RenderBudget, renderLimits } from '../../src/registry/rendering/render-budget.js';
import { renderTemplate } from '../../src/registry/rendering/render-template.js';
import { parseTemplate } from '../../src/registry/rendering/parse-template.js';
import { sharedFolder } from '../support/shared-data.js';

interface SpecCase {
  readonly name: string;
  readonly desc: string;
  readonly data: Json;
  readonly template: string;
  readonly expected: string;
  readonly partials?: Readonly<Record<string, string>>;
}

const modules = ['comments', 'delimiters', 'interpolation', 'inverted', 'partials', 'sections'];

const noEscaping = 'HTML escaping is off: a prompt is no web page';
const leftOut = new Map([
  ['interpolation: HTML Escaping', noEscaping],
  ['interpolation: Implicit Iterators - HTML Escaping', noEscaping],
  ['sections: Implicit Iterator - HTML Escaping', noEscaping],
]);

const folder = sharedFolder('mustache-spec');

if (folder === undefined) {
  describe('the Mustache specification', () => {
    it.skip('did not run: its cases are not here', () => undefined);
  });
} else {
  const cases = modules.flatMap((module) =>
    casesOf(folder, module).map((one) => ({ ...one, id: `${module}: ${one.name}` })),
  );

  describe('the Mustache specification', () => {
    it.each(cases.filter(({ id }) => !leftOut.has(id)))('$id', (one) => {
      expect(render(one)).toBe(one.expected);
    });

    it.each(cases.filter(({ id }) => leftOut.has(id)))('differs on purpose: $id', (one) => {
      expect(render(one)).not.toBe(one.expected);
    });

    it('leaves out no case that the specification does not have', () => {
      expect(cases.map(({ id }) => id)).toEqual(expect.arrayContaining([...leftOut.keys()]));
    });

    it('knows every module that is there', () => {
      const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
      expect(files.sort()).toEqual(modules.map((module) => `${module}.json`));
    });
  });
}

function casesOf(from: string, module: string): readonly SpecCase[] {
  const text = readFileSync(join(from, `${module}.json`), 'utf8');
  return (JSON.parse(text) as { readonly tests: readonly SpecCase[] }).tests;
}

function render({ template, data, partials = {} }: SpecCase): string {
  const budget = new RenderBudget(renderLimits);
  return renderTemplate(parseTemplate(template), data, budget, (name) => partials[name]);
}
