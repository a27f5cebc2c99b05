import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Content, Control, Session, VersionSummary } from 'promptd:api';
import { useHost } from '../../../plugins/api/testing.js';
import efficiencyAnalyzer from '../../../plugins/efficiency-analyzer/index.js';
import { aCaller, aRequest, refusal } from '../plugin-inputs.js';
import { someChain } from './some-chain.js';

const asked: string[] = [];

/**
 * A host with one prompt, `support/triage`; the number of a version is its place in the chain.
 *
 * @param purgedSince those that are purged after they were listed
 */
function hostOf(
  chain: readonly Content[],
  purged: readonly number[] = [],
  purgedSince: readonly number[] = [],
): void {
  asked.length = 0;
  const items: VersionSummary[] = chain.map((_, at) => ({
    version: `1.${at}.0`,
    ordinal: at + 1,
    digest: `sha256:${at}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    labels: [],
    yanked: null,
    purged: purged.includes(at),
  }));
  useHost({
    prompts: {
      versions: ({ limit = 100 }) =>
        Promise.resolve({ items: items.toReversed().slice(0, limit), nextCursor: null }),
      get: ({ name, selector }) => {
        asked.push(selector);
        const { version, ordinal, digest, createdAt } = items.find(
          (one) => one.version === selector,
        )!;
        const content = chain[ordinal - 1]!;
        if (purgedSince.includes(ordinal - 1)) {
          return Promise.reject(refusal('version-purged', `${version} was purged`));
        }
        return Promise.resolve({
          project: 'acme',
          name,
          version,
          ordinal,
          digest,
          content,
          createdAt,
        });
      },
    },
  });
}

function refusingHost(error: Error): void {
  useHost({ prompts: { versions: () => Promise.reject(error) } });
}

const analyze = (body: object) =>
  efficiencyAnalyzer.endpoints.analyze(
    aRequest({ method: 'POST', body: { name: 'support/triage', ...body } }),
  );

interface Answered {
  readonly versions: readonly { readonly version: string }[];
  readonly steps: readonly { readonly from: string; readonly to: string }[];
}
const body = async (options: object = {}) => (await analyze(options)).body as Answered;

describe('the endpoint', () => {
  it('reports on a chain in Markdown, word for word as it is kept here', async () => {
    hostOf(someChain);
    const answer = await analyze({ format: 'markdown', tokenBudget: 100 });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/markdown; charset=utf-8' },
    });
    const golden = readFileSync(join(import.meta.dirname, 'golden-report.txt'), 'utf8');
    expect(answer.body).toBe(golden);
  });

  it('says the same each time, and the same as JSON that crosses a wire', async () => {
    hostOf(someChain);
    const first = JSON.stringify(await body());
    expect(JSON.stringify(await body())).toBe(first);
    expect(JSON.parse(first)).toEqual(await body());
  });

  it('takes the newest versions that were asked for, and tells the oldest first', async () => {
    hostOf(someChain);
    const report = await body({ versions: 2 });
    expect(asked).toEqual(['1.3.0', '1.2.0']);
    expect(report.versions.map((one) => one.version)).toEqual(['1.2.0', '1.3.0']);
    expect(report.steps).toHaveLength(1);
  });

  it.each<[string, number[], number[]]>([
    ['before', [1], []],
    ['while it reads', [], [1]],
  ])('leaves out what was purged %s, and says so', async (_, purged, purgedSince) => {
    hostOf(someChain, purged, purgedSince);
    const report = await body();
    expect(report).toMatchObject({
      prompt: 'support/triage',
      leftOut: 1,
      summary: { versions: 3 },
    });
    expect(report.steps.map((one) => [one.from, one.to])).toEqual([
      ['1.0.0', '1.2.0'],
      ['1.2.0', '1.3.0'],
    ]);
  });

  it('stops reading when it has read a mebibyte, and says how many versions are left', async () => {
    const large: Content = { kind: 'text', text: 'Be kind. '.repeat(29_000) };
    hostOf(Array.from({ length: 10 }, () => large));
    const report = await body();
    expect(report).toMatchObject({ leftOut: 5, summary: { versions: 5, psi: 100 } });
    expect(asked).toHaveLength(5);
  });

  it('knows no prompt without versions', async () => {
    hostOf([]);
    expect(await analyze({})).toMatchObject({
      status: 404,
      body: { error: 'support/triage has no version whose content can be read' },
    });
  });

  it.each([
    ['not-found', 404],
    ['forbidden', 403],
  ])('answers what promptd refuses the caller: %s', async (code, status) => {
    refusingHost(refusal(code, 'The prompt x is not there.'));
    const refused = { status, body: { error: 'The prompt x is not there.' } };
    expect(await analyze({ name: 'x', format: 'markdown' })).toEqual(refused);
  });

  it.each([new Error('prompts.versions failed.'), refusal('validation-failed', 'wrongly asked')])(
    'fails when it is not for the caller to know: %s',
    async (error) => {
      refusingHost(error);
      await expect(analyze({})).rejects.toBe(error);
    },
  );

  it('keeps what a prompt says from becoming a part of the report', async () => {
    const hostile = 'Always `#` | <b>x</b> is here.\nNever `#` | <b>x</b> is here.';
    hostOf([{ kind: 'text', text: hostile }]);
    const { body: report } = await analyze({ format: 'markdown' });
    expect(report).toContain('These contradict each other: `Always # <b>x</b> is here.`');
    for (const line of (report as string).split('\n')) {
      if (line.includes('<b>')) expect(line.replace(/`[^`]*`/g, '')).not.toContain('<b>');
    }
  });
});

describe('the modal', () => {
  const { open, actions } = efficiencyAnalyzer.modals.report;
  const session = <State>(state: State): Session<State> => ({
    ...{ id: 's', modal: 'report', project: 'acme', caller: aCaller },
    state,
  });
  const types = (controls: readonly Control[]) =>
    controls.map(({ type, name }) => `${type} ${name}`);
  const form = ['text prompt', 'dropdown versions', 'button run', 'button again'];

  it('opens with a form and nothing to refresh', async () => {
    const view = await open();
    expect(types(view.controls)).toEqual(form);
    expect(await actions.refresh(session(view.state))).toEqual(view);
  });

  it('draws charts of the prompt that it is given, and again when it is refreshed', async () => {
    hostOf(someChain);
    const input = { prompt: 'support/triage', versions: '5' };
    const view = await actions.analyze(session(null), input);
    expect(view.state).toEqual({ prompt: 'support/triage', versions: 5 });
    expect(types(view.controls)).toEqual([
      ...form,
      ...['markdown summary', 'chart tokens', 'chart quality', 'chart stability', 'table steps'],
    ]);
    expect(await actions.refresh(session(view.state))).toEqual(view);
  });

  it('says below its form that there is no such prompt, or none that can be read', async () => {
    const shown = async () => (await actions.analyze(session(null), { prompt: 'x' })).controls;
    const saying = (text: string) => ({ type: 'markdown', name: 'refusal', text });
    refusingHost(refusal('not-found', 'The prompt x is not there.'));
    const controls = await shown();
    expect(types(controls)).toEqual([...form, 'markdown refusal']);
    expect(controls.at(-1)).toEqual(saying('The prompt x is not there.'));
    hostOf([]);
    expect((await shown()).at(-1)).toEqual(saying('x has no version whose content can be read'));
  });

  it('gives each series a value for each category, and each row a cell for each column', async () => {
    hostOf(someChain);
    const { controls } = await actions.analyze(session(null), { prompt: 'support/triage' });
    for (const control of controls) {
      if (control.type === 'chart') {
        for (const { values } of control.series)
          expect(values).toHaveLength(control.categories.length);
      }
      if (control.type === 'table') {
        for (const row of control.rows) expect(row).toHaveLength(control.columns.length);
      }
    }
  });
});

it('is well when its tables are', () => {
  expect(() => {
    efficiencyAnalyzer.check();
  }).not.toThrow();
});
