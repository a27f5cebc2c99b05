import fc from 'fast-check';
import { type Json } from '../content/content.js';
import { parseTemplate } from './parse-template.js';
import { RenderBudget, renderLimits } from './render-budget.js';
import { renderTemplate } from './render-template.js';

function render(
  source: string,
  data: Json,
  limits = renderLimits,
  includes = new Map<string, string>(),
) {
  const budget = new RenderBudget(limits);
  return renderTemplate(parseTemplate(source), data, budget, (reference) =>
    includes.get(reference),
  );
}

const prototypeNames = [...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'length'];

describe('renderTemplate', () => {
  it('prints any string as it is, one that holds template syntax too', () => {
    const hostile = fc.constantFrom(
      '{{y}}',
      '{{{y}}}',
      '{{#x}}',
      '{{=a b=}}',
      '&<>"',
      '$&',
      '{{>p}}',
    );
    const value = fc.oneof(fc.string({ unit: 'binary' }), hostile);
    const tag = fc.constantFrom(
      '{{x}}',
      '{{{x}}}',
      '{{&x}}',
      '{{=<% %>=}}<%x%>',
      '{{#x}}{{.}}{{/x}}',
    );
    fc.assert(
      fc.property(value, tag, (x, source) => {
        expect(render(source, { x, y: 'rendered' })).toBe(x);
      }),
    );
  });

  it('prints a literal text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('{{'));
        expect(render(text, {})).toBe(text);
      }),
    );
  });

  it('prints numbers and booleans as JSON does', () => {
    const scalar = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
    fc.assert(
      fc.property(scalar, (x) => {
        expect(render('{{x}}', { x })).toBe(JSON.stringify(x));
      }),
    );
  });

  it.each(prototypeNames)('finds nothing under the name %s', (name) => {
    for (const data of [{ a: {} }, { a: 'text' }, { a: [1] }, {}, 'text', [1]]) {
      expect(render(`{{${name}}}{{a.${name}}}{{#${name}}}x{{/${name}}}`, data)).toBe('');
      expect(render(`{{#a}}{{${name}}}{{/a}}`, data)).toBe('');
    }
  });

  it.each([0, '', false, null, []])('takes %j for false in a section', (x) => {
    expect(render('{{#x}}yes{{/x}}{{^x}}no{{/x}}', { x })).toBe('no');
  });

  it('makes true the item of its section, as for any other value', () => {
    expect(render('{{#x}}{{.}}{{/x}}', { x: true })).toBe('true');
  });

  it('refuses to print an array or an object and says which tag', () => {
    for (const x of [{ secret: 1 }, ['secret']]) {
      expect(() => render('{{#y}}\n{{x}}{{/y}}', { x, y: 1 })).toThrow(
        expect.objectContaining({
          code: 'render-variables-invalid',
          errors: [
            {
              pointer: '/variables',
              code: 'not-printable',
              detail: expect.stringMatching(
                /^Line 2 of a template: \{\{x\}\} is an (array|object)/,
              ),
            },
          ],
        }),
      );
    }
  });

  it('stops 20 nested sections over long lists by its step budget', () => {
    const source = '{{#a}}'.repeat(20) + 'x' + '{{/a}}'.repeat(20);
    const data = { a: Array.from({ length: 1000 }, () => 1) };
    expect(() => render(source, data)).toThrow(
      expect.objectContaining({ code: 'render-budget-exceeded' }),
    );
  });

  it('counts empty sections and missing names as steps', () => {
    const a = Array.from({ length: 1000 }, () => 1);
    for (const source of ['{{#a}}{{#a}}{{/a}}{{/a}}', '{{#a}}{{#a}}{{missing}}{{/a}}{{/a}}']) {
      expect(() => render(source, { a })).toThrow(
        expect.objectContaining({ code: 'render-budget-exceeded' }),
      );
    }
  });

  it('allows exactly as many bytes of output as its limit says', () => {
    const limits = { ...renderLimits, maxOutputBytes: 6 };
    expect(render('{{x}}', { x: '€€' }, limits)).toBe('€€');
    expect(() => render('{{x}}.', { x: '€€' }, limits)).toThrow(
      expect.objectContaining({ code: 'render-too-large' }),
    );
  });

  it('stops a short template that explodes', () => {
    const data = { a: Array.from({ length: 100 }, () => 1), x: 'x'.repeat(100_000) };
    expect(() => render('{{#a}}{{x}}{{/a}}', data)).toThrow(
      expect.objectContaining({ code: 'render-too-large' }),
    );
  });

  it('stops an include that includes itself', () => {
    const includes = new Map([['loop', 'x{{> loop}}']]);
    expect(() => render('{{> loop}}', {}, renderLimits, includes)).toThrow(
      expect.objectContaining({ code: 'render-budget-exceeded' }),
    );
  });

  it('indents an include only where its tag has the line to itself', () => {
    const includes = new Map([['p', 'a\nb']]);
    expect(render('  {{> p}}\n', {}, renderLimits, includes)).toBe('  a\n  b');
    expect(render('x {{> p}}\n', {}, renderLimits, includes)).toBe('x a\nb\n');
    expect(render('  {{> p}} x', {}, renderLimits, includes)).toBe('  a\nb x');
  });
});
