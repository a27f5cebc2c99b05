import { isExact, parseReference } from './version-reference.js';

it.each([
  ['acme/greeting@1.2.3', 'acme', 'greeting', '1.2.3'],
  ['acme/support/triage@latest', 'acme', 'support/triage', 'latest'],
  ['acme/a/b/c@^1.2', 'acme', 'a/b/c', '^1.2'],
  ['acme/odd@name@production', 'acme', 'odd@name', 'production'],
])('takes %s apart at the first slash and the last @', (text, project, name, selector) => {
  expect(parseReference(text)).toEqual({ project, name, selector });
});

it.each([
  '',
  'acme',
  'acme/greeting',
  'greeting@1.2.3',
  '/greeting@1.2.3',
  'acme/@1.2.3',
  'acme/a@',
])('refuses %j, which names no version', (text) => {
  expect(() => parseReference(text)).toThrow('names no version');
});

it.each([
  ['1.2.3', true],
  ['1.2.3-rc.1', true],
  ['latest', false],
  ['^1.2.3', false],
  ['1.2', false],
  ['1.2.3 || 2.0.0', false],
  ['1.2.3,latest', false],
])('knows whether %s is a number', (selector, exact) => {
  expect(isExact({ project: 'acme', name: 'greeting', selector })).toBe(exact);
});
