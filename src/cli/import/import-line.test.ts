import { readLines } from './import-line.js';

const line = (change: object) =>
  JSON.stringify({
    name: 'greeting',
    title: 'Greeting',
    format: 'text',
    versions: [{ at: '2026-01-31T12:00:00Z', text: 'Hello' }],
    ...change,
  });

it('counts lines from 1 and passes over empty ones', () => {
  const { lines, failures } = readLines(`\n${line({})}\r\n\n${line({ name: 'other' })}\n`);
  expect(lines.map(({ number, name }) => [number, name])).toEqual([
    [2, 'greeting'],
    [4, 'other'],
  ]);
  expect(failures).toEqual([]);
});

it.each([
  ['{', 'it is no JSON'],
  ['null', 'name and title must be strings'],
  [line({ name: 7 }), 'name and title must be strings'],
  [line({ format: 'chat' }), 'format must be "text" or "structured"'],
  [line({ versions: [] }), expect.stringContaining('versions must be a list')],
  [line({ versions: 'Hello' }), expect.stringContaining('versions must be a list')],
  [line({ versions: [{ at: 'today', text: '' }] }), expect.stringContaining('versions must be')],
  [line({ versions: [null] }), expect.stringContaining('versions must be a list')],
])('refuses %s', (source, reason) => {
  expect(readLines(source)).toEqual({ lines: [], failures: [{ number: 1, reason }] });
});

it('refuses a second line for a prompt', () => {
  const { lines, failures } = readLines([line({}), line({ title: 'Again' })].join('\n'));
  expect(lines).toHaveLength(1);
  expect(failures).toEqual([
    { number: 2, reason: 'greeting is on line 1 too: put all versions of a prompt on one line' },
  ]);
});
