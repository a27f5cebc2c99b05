import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartOf } from '../../../plugins/chart.js';

const repository = join(import.meta.dirname, '..', '..', '..');
const read = (path: string) => readFileSync(join(repository, path), 'utf8');

describe('the picture of a report', () => {
  it('is what npm run plugins:chart makes of the example', () => {
    expect(chartOf(read('examples/prompts.jsonl'), 'support/triage')).toBe(
      read('docs/efficiency-report.svg'),
    );
  });

  it('escapes what a prompt is called', () => {
    const versions = [{ at: '2026-01-01T00:00:00Z', text: 'Be kind.' }];
    const line = { name: 'a<b&c', title: 'x', format: 'text', versions };
    expect(chartOf(JSON.stringify(line), 'a<b&c')).toContain('on a&lt;b&amp;c');
  });

  it('is of a prompt that is there', () => {
    expect(() => chartOf(read('examples/prompts.jsonl'), 'nothing')).toThrow(/no prompt nothing/);
  });
});
