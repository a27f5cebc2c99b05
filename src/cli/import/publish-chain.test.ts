import { ApiProblem } from '../api/api-problem.js';
import { CliError } from '../cli-error.js';
import { contentDigest } from '../../registry/verification.js';
import { convert } from './convert.js';
import type { ImportLine } from './import-line.js';
import { publishChain } from './publish-chain.js';
import type { ListedVersion, Publication } from './registry-client.js';

/** A project with one prompt, numbered 1.0.0, 2.0.0 … by what the test says is a major. */
class FakeRegistry {
  readonly texts: string[] = [];
  readonly sent: Publication[] = [];
  private readonly versions: ListedVersion[] = [];

  /** @param refuse the problem with a text, if any */
  constructor(private readonly refuse: (text: string) => Error | undefined = () => undefined) {}

  async findVersions(): Promise<readonly ListedVersion[] | undefined> {
    return Promise.resolve(this.versions.length === 0 ? undefined : this.versions);
  }

  async publish(_name: string, publication: Publication): Promise<ListedVersion> {
    const { text } = publication.content;
    const problem = this.refuse(text);
    if (problem) throw problem;
    const ordinal = this.versions.length + 1;
    const major = this.texts.filter((each) => each.includes('!')).length + 1;
    const digest = contentDigest(publication.content, []);
    const version = { version: `${major}.0.${ordinal}`, ordinal, digest };
    this.versions.push(version);
    this.texts.push(text);
    this.sent.push(publication);
    return Promise.resolve(version);
  }
}

async function importTexts(registry: FakeRegistry, ...texts: readonly string[]) {
  const line: ImportLine = {
    number: 1,
    name: 'greeting',
    title: 'Greeting',
    format: 'text',
    versions: texts.map((text, index) => ({ at: `2026-01-0${index + 1}T00:00:00Z`, text })),
  };
  const conversions = texts.map((text) => convert(text));
  return publishChain(registry, 'prompts.jsonl', line, conversions);
}

it('publishes the versions in their order, each with where it came from', async () => {
  const registry = new FakeRegistry();
  expect(await importTexts(registry, 'a', 'b')).toEqual({ published: 2, skipped: 0, majors: 0 });
  expect(registry.sent).toEqual([
    {
      content: { kind: 'text', text: 'a' },
      bump: 'auto',
      description: 'Greeting',
      provenance: { source: 'prompts.jsonl', at: '2026-01-01T00:00:00Z', format: 'text' },
    },
    {
      content: { kind: 'text', text: 'b' },
      bump: 'auto',
      provenance: { source: 'prompts.jsonl', at: '2026-01-02T00:00:00Z', format: 'text' },
    },
  ]);
});

it('publishes nothing the second time, even when an earlier text comes back', async () => {
  const registry = new FakeRegistry();
  const texts = ['a', 'b', 'a', 'a', 'c', 'b'];
  expect(await importTexts(registry, ...texts)).toEqual({ published: 5, skipped: 1, majors: 0 });
  expect(await importTexts(registry, ...texts)).toEqual({ published: 0, skipped: 6, majors: 0 });
  expect(registry.texts).toEqual(['a', 'b', 'a', 'c', 'b']);
});

it('goes on where an import stopped', async () => {
  const registry = new FakeRegistry();
  await importTexts(registry, 'a', 'b');
  expect(await importTexts(registry, 'a', 'b', 'a')).toEqual({
    published: 1,
    skipped: 2,
    majors: 0,
  });
  expect(registry.texts).toEqual(['a', 'b', 'a']);
});

it('skips versions that others follow or stand between', async () => {
  const registry = new FakeRegistry();
  await importTexts(registry, 'mine', 'a', 'mine too', 'b', 'mine again');
  expect(await importTexts(registry, 'a', 'b')).toEqual({ published: 0, skipped: 2, majors: 0 });
});

it('publishes a corrected version and all that follow it', async () => {
  const registry = new FakeRegistry();
  await importTexts(registry, 'a', 'b', 'c');
  expect(await importTexts(registry, 'a', 'B', 'c')).toEqual({
    published: 2,
    skipped: 1,
    majors: 0,
  });
  expect(await importTexts(registry, 'a', 'B', 'c')).toEqual({
    published: 0,
    skipped: 3,
    majors: 0,
  });
  expect(registry.texts).toEqual(['a', 'b', 'c', 'B', 'c']);
});

it('counts the majors among what it published', async () => {
  const registry = new FakeRegistry();
  expect(await importTexts(registry, 'a!', 'b!', 'c')).toMatchObject({ published: 3, majors: 2 });
  expect(await importTexts(registry, 'a!', 'b!', 'c', 'd')).toMatchObject({ majors: 0 });
});

it('ends at the first refusal and says why', async () => {
  const registry = new FakeRegistry((text) =>
    text === 'b' ? new ApiProblem(400, 'invalid-template', 'no') : undefined,
  );
  expect(await importTexts(registry, 'a', 'b', 'c')).toEqual({
    published: 1,
    skipped: 0,
    majors: 0,
    failure: 'invalid-template: no',
  });
  expect(registry.texts).toEqual(['a']);
});

it('skips what somebody else published at the same time', async () => {
  const registry = new FakeRegistry((text) =>
    text === 'a' ? new ApiProblem(409, 'duplicate-content', 'there already') : undefined,
  );
  expect(await importTexts(registry, 'a', 'b')).toEqual({ published: 1, skipped: 1, majors: 0 });
});

it.each([
  ['a credential that is not accepted', new ApiProblem(401, 'unauthenticated', 'no')],
  ['a server that does not answer', new CliError('no answer')],
])('leaves %s to the caller', async (_case, problem) => {
  await expect(importTexts(new FakeRegistry(() => problem), 'a')).rejects.toBe(problem);
});
