import fc from 'fast-check';
import Mustache from 'mustache';
import { convert } from './convert.js';
import { piecesOf, placeholdersIn } from './placeholders.js';
import { isVariableName, variableNames } from './variable-names.js';

/** Renders with another engine than the server's, so that both have to agree on Mustache. */
function render(text: string, values: Readonly<Record<string, string>>): string {
  return Mustache.render(text, values, {}, { escape: String });
}

const valueOf = (name: string) => `<value of ${name}>`;

function expectRoundTrip(text: string): void {
  const pieces = piecesOf(text);
  const names = variableNames(placeholdersIn(pieces).map(({ name }) => name));
  const values = Object.fromEntries([...names].map(([name, slug]) => [slug, valueOf(name)]));
  const filledIn = pieces.map((piece) => (typeof piece === 'string' ? piece : valueOf(piece.name)));
  expect(render(convert(text).content.text, values)).toBe(filledIn.join(''));
}

const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
  fc.constantFrom('company url', 'response.status', 'constructor', '名前', '1st', '{ secrets.KEY '),
);
const mark = fc.oneof(
  name.map((text) => `\${${text}}`),
  fc
    .tuple(name, fc.stringMatching(/^[ a-z0-9,:]{0,8}$/))
    .map(([text, value]) => `\${${text}:${value}}`),
);
/** Texts made of what could be taken for Mustache, for a placeholder, or for a line of its own. */
const texts = fc
  .array(
    fc.oneof(
      mark,
      fc.constantFrom('{', '}', '{{', '}}', '{{{', '<', '%', '<%', '%>', '=', '\n', '\r\n', ' '),
      fc.constantFrom(
        '{{! no }}',
        '{{#a}}',
        '{{> b}}',
        '{{=[[ ]]=}}',
        '${',
        '${}',
        '$',
        '#',
        'word',
      ),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

it('gives back the text with the values put in', () => {
  fc.assert(fc.property(texts, expectRoundTrip), { numRuns: 2000 });
});

it('declares a variable for every placeholder and no other, under valid and different names', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const placeholders = placeholdersIn(piecesOf(text)).map((found) => found.name);
      const names = (convert(text).content.variables ?? []).map((variable) => variable.name);
      expect(names).toHaveLength(new Set(placeholders).size);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((each) => !isVariableName(each))).toEqual([]);
    }),
  );
});

it('leaves a text without placeholders as it is', () => {
  expect(convert('Say {this} for $5.')).toEqual({
    content: { kind: 'text', text: 'Say {this} for $5.' },
    warnings: [],
  });
});

it('makes a placeholder without a default required, and one with a default optional', () => {
  expect(convert('Dear ${name}, in a ${tone: formal } tone, ${name}.').content).toEqual({
    kind: 'text',
    text: 'Dear {{name}}, in a {{tone}} tone, {{name}}.',
    variables: [
      { name: 'name', type: 'string' },
      { name: 'tone', type: 'string', default: 'formal' },
    ],
  });
});

it('takes the first default that is not empty, and says so', () => {
  const { content, warnings } = convert('${tone} ${tone:} ${tone:warm} ${tone:cold}');
  expect(content.variables).toEqual([{ name: 'tone', type: 'string', default: 'warm' }]);
  expect(warnings).toEqual(['tone has different defaults: "warm" is used everywhere']);
});

it('names the variable of a placeholder that is no identifier by a slug, and says so', () => {
  const { content, warnings } = convert('${points clés} ${company_url} ${company url}');
  expect(content.text).toBe('{{points_cles}} {{company_url}} {{company_url_2}}');
  expect(content.variables?.map(({ description }) => description)).toEqual([
    'Imported from the placeholder "points clés".',
    undefined,
    'Imported from the placeholder "company url".',
  ]);
  expect(warnings).toEqual([
    '"points clés" is no variable name: it became points_cles',
    '"company url" is no variable name: it became company_url_2',
  ]);
});

it('names no two of many long placeholders alike, and none longer than 64 characters', () => {
  const names = Array.from(
    { length: 200 },
    (_, index) => `9 ${'long '.repeat(20)}${' '.repeat(index)}!`,
  );
  const slugs = [...variableNames(names).values()];
  expect(new Set(slugs).size).toBe(200);
  expect(slugs.filter((slug) => !isVariableName(slug))).toEqual([]);
});

it.each([
  [
    'literal braces',
    'Write {{code here}} for ${name}.',
    '{{=<% %>=}}\nWrite {{code here}} for <%name%>.',
  ],
  ['a brace before a placeholder', '{${name}}', '{{=<% %>=}}\n{<%name%>}'],
  ['the other delimiters too', '{{ <% ${name}', '{{=<%% %%>=}}\n{{ <% <%%name%%>'],
])('sets delimiters that the text does not hold: %s', (_case, text, expected) => {
  expect(convert(text).content.text).toBe(expected);
  expectRoundTrip(text);
});
