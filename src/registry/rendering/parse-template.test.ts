import fc from 'fast-check';
import Mustache from 'mustache';
import { type FieldError, Problem } from '../../platform/errors/index.js';
import { maxSectionDepth, parseTemplate } from './parse-template.js';
import { includesOf } from './template.js';

function faultOf(source: string): FieldError {
  try {
    parseTemplate(source, '/content/text');
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid-template') return error.errors[0]!;
    throw error;
  }
  throw new Error('the template was accepted');
}

const nested = (depth: number) => '{{#a}}'.repeat(depth) + '{{/a}}'.repeat(depth);

describe('parseTemplate', () => {
  it('takes a text without delimiters as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('{{'));
        expect(parseTemplate(text).nodes).toEqual([{ kind: 'text', text }]);
      }),
    );
  });

  it('finds the same texts as the package, whose own are glued from characters', () => {
    const piece = fc.constantFrom('{{a}}', '{{! c }}', '{{#a}}x{{/a}}', ' ', '\n', 'text', '\r\n');
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
        const source = `{{a}}${pieces.join('')}`;
        const texts = parseTemplate(source).nodes.flatMap((node) =>
          node.kind === 'text' ? [node.text] : [],
        );
        const spans = new Mustache.Writer().parse(source) as string[][];
        expect(texts).toEqual(spans.filter(([symbol]) => symbol === 'text').map((span) => span[1]));
      }),
    );
  });

  it('leaves the cache of the package alone', () => {
    const remembered = jest.spyOn(Mustache.templateCache!, 'set');
    parseTemplate('{{x}}');
    expect(remembered).not.toHaveBeenCalled();
  });

  it('lists the includes of a template, those within sections too', () => {
    const template = parseTemplate('{{> a/b@^2}}{{#s}}{{^t}}{{> c}}{{/t}}{{/s}}');
    expect(includesOf(template).map(({ reference }) => reference)).toEqual(['a/b@^2', 'c']);
  });

  it.each([
    ['one\n{{x', 'unclosed-tag', 'Line 2: a tag is opened and never closed; add its }}.'],
    ['{{=< >=}}\n<x', 'unclosed-tag', 'Line 2: a tag is opened and never closed; add its }}.'],
    [
      '{{#a}}\n\n',
      'unclosed-section',
      'Line 3: section "a" is not closed before this; add {{/a}}.',
    ],
    [
      '{{#a}}\n{{/b}}',
      'unclosed-section',
      'Line 2: section "a" is not closed before this; add {{/a}}.',
    ],
    [
      '\n{{/a}}',
      'unopened-section',
      'Line 2: {{/a}} closes what is not open; remove it or open the section.',
    ],
    [
      '{{=<=}}',
      'invalid-delimiters',
      'Line 1: delimiters are set with two words, as in {{=<% %>=}}.',
    ],
    [
      '{{=a b c=}}',
      'invalid-delimiters',
      'Line 1: delimiters are set with two words, as in {{=<% %>=}}.',
    ],
    ['{{}}', 'invalid-name', 'Line 1: a tag is empty; put the name of a variable into it.'],
    ['{{> a b}}', 'invalid-reference', 'Line 1: {{> a b}} must name one prompt, without spaces.'],
  ])('says where and why %j is refused', (source, code, detail) => {
    expect(faultOf(source)).toEqual({ pointer: '/content/text', code, detail });
  });

  it.each(['#each items', 'a b', 'a..b', '.a', 'a.', '../a', 'a'.repeat(257)])(
    'refuses {{%s}}, which is no name',
    (name) => {
      expect(
        faultOf(`{{${name}}}${name.startsWith('#') ? `{{/${name.slice(1)}}}` : ''}`).code,
      ).toBe('invalid-name');
    },
  );

  it('keeps a hostile name out of the answer but for its start', () => {
    expect(faultOf(`{{#${'😀 '.repeat(1000)}}}`).detail.length).toBeLessThan(200);
  });

  it('bounds how deep sections nest', () => {
    expect(() => parseTemplate(nested(maxSectionDepth))).not.toThrow();
    expect(faultOf(nested(maxSectionDepth + 1)).code).toBe('too-deep');
    expect(faultOf(nested(20_000)).code).toBe('too-deep');
  });

  it('refuses texts for which the package takes quadratic time', () => {
    expect(faultOf(`{{x${' '.repeat(200_000)}}}`).code).toBe('too-much-white-space');
    expect(faultOf(`{{=< ;=}}${'<a;'.repeat(80_000)}`).code).toBe('too-long');
  });

  it('takes white space where no tag is, and other delimiters in a text of usual size', () => {
    expect(parseTemplate(' '.repeat(200_000)).nodes).toHaveLength(1);
    expect(parseTemplate(`{{=< ;=}}${'<a;'.repeat(1000)}`).nodes).toHaveLength(1000);
  });

  it('parses the largest content of tags', () => {
    expect(parseTemplate('{{a}}'.repeat(50_000)).nodeCount).toBe(50_000);
  });
});
