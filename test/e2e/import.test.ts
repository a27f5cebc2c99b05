import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert, type ConvertedContent } from '../../src/cli/import/convert.js';
import { type ImportLine, readLines } from '../../src/cli/import/import-line.js';
import { piecesOf, placeholdersIn } from '../../src/cli/import/placeholders.js';
import { isVariableName, variableNames } from '../../src/cli/import/variable-names.js';
import { runCli } from '../../src/cli/program.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { sharedFolder } from '../support/shared-data.js';

const examples = join(import.meta.dirname, '..', '..', 'examples', 'prompts.jsonl');
const corpusFolder = sharedFolder('corpus');
const describeCorpus = corpusFolder === undefined ? describe.skip : describe;

let app: FreshApplication;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'promptd-cli-'));
  app = await freshApplication();
}, 30_000);

afterAll(async () => {
  await app.close();
  await rm(home, { recursive: true });
});

/** Runs the CLI as a shell would, with answers for the questions it asks. */
async function promptd(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  answers: readonly string[] = [],
) {
  const printed: string[] = [];
  const noted: string[] = [];
  const left = [...answers];
  const exitCode = await runCli(args, {
    env: { XDG_CONFIG_HOME: home, PROMPTD_SERVER: app.url, ...env },
    terminal: {
      print: (line) => void printed.push(line),
      note: (line) => void noted.push(line),
      askSecret: async () => Promise.resolve(left.shift() ?? ''),
      startProgress: (title) => {
        noted.push(title);
        return { advance: () => undefined, end: () => undefined };
      },
    },
  });
  return { exitCode, printed, noted };
}

async function loginAsAdmin(): Promise<void> {
  const { username, password } = app.admin;
  const { exitCode } = await promptd(['login', '--username', username], {}, [password]);
  expect(exitCode).toBe(0);
}

async function createProject(name: string): Promise<void> {
  await loginAsAdmin();
  expect(await promptd(['project', 'create', name])).toEqual({
    exitCode: 0,
    printed: [`created project ${name}`],
    noted: [],
  });
}

const valueOf = (name: string) => `<value of ${name}>`;

/** The newest version, rendered by the server, is the text of the file with the values put in. */
async function expectSameText(project: string, line: ImportLine): Promise<void> {
  const pieces = piecesOf(line.versions.at(-1)!.text);
  const names = variableNames(placeholdersIn(pieces).map(({ name }) => name));
  const variables = Object.fromEntries([...names].map(([name, slug]) => [slug, valueOf(name)]));
  const path = `/v1/projects/${project}/prompts/${encodeURIComponent(line.name)}/versions/latest/render`;
  const answer = await app.asAdmin('post', path).send({ variables }).expect(200);
  const expected = pieces.map((piece) => (typeof piece === 'string' ? piece : valueOf(piece.name)));
  expect(answer.body.text).toBe(expected.join(''));
}

describe('login', () => {
  it('keeps the session in a file that nobody else can read, until logout', async () => {
    const file = join(home, 'promptd', 'session.json');
    await loginAsAdmin();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const stored = JSON.parse(await readFile(file, 'utf8')) as { accessToken: string };

    expect(await promptd(['logout'])).toMatchObject({ exitCode: 0, printed: ['logged out'] });
    await expect(stat(file)).rejects.toThrow('ENOENT');
    await app.as(stored.accessToken, 'get', '/v1/auth/me').expect(401);
    const { exitCode, noted } = await promptd(['project', 'create', 'nobody']);
    expect([exitCode, noted]).toEqual([1, [expect.stringContaining('not logged in to')]]);
  });

  it('changes a one-time password before anything else', async () => {
    const username = 'newcomer';
    const password = 'a password of one use';
    await app.asAdmin('post', '/v1/users').send({ username, password }).expect(201);
    const args = ['login', '--username', username];

    const differing = await promptd(args, {}, [password, 'first new password', 'other']);
    expect(differing.exitCode).toBe(1);
    const env = { PROMPTD_PASSWORD: password, PROMPTD_NEW_PASSWORD: 'short' };
    const short = await promptd(args, env);
    expect(short.exitCode).toBe(1);
    expect(short.noted.join('\n')).toMatch(/error: validation-failed: .*\n {2}\/newPassword: /);

    const changed = 'a password of my own';
    expect((await promptd(args, {}, [password, changed, changed])).exitCode).toBe(0);
    expect((await promptd(args, { PROMPTD_PASSWORD: changed })).exitCode).toBe(0);
  });

  it('refreshes the session once for all that need it', async () => {
    const file = join(home, 'promptd', 'session.json');
    await createProject('refreshed');
    const stored = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
    const ended = { ...stored, accessToken: 'ended', accessTokenExpiresAt: '2026-01-01T00:00:00Z' };
    await writeFile(file, JSON.stringify(ended));

    expect((await promptd(['import', examples, '--project', 'refreshed'])).exitCode).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).not.toMatchObject({
      refreshToken: stored.refreshToken,
    });

    await writeFile(file, JSON.stringify(ended));
    const { noted } = await promptd(['project', 'create', 'late']);
    expect(noted).toEqual(['error: the session has ended: run `promptd login`']);
  });

  it('never shows its tokens to another server', async () => {
    await loginAsAdmin();
    const env = { PROMPTD_SERVER: 'http://127.0.0.1:1' };
    const { exitCode, noted } = await promptd(['project', 'create', 'elsewhere'], env);
    expect([exitCode, noted]).toEqual([
      1,
      [expect.stringContaining('not logged in to http://127.0.0.1:1:')],
    ]);
  });
});

describe('import', () => {
  it('publishes the examples, and nothing the second time', async () => {
    await createProject('examples');
    const first = await promptd(['import', examples, '--project', 'examples']);
    expect(first).toEqual({
      exitCode: 0,
      printed: [
        '12 prompts, 15 versions published (0 majors), 0 skipped, 0 lines failed, 4 warnings',
      ],
      noted: [
        'importing prompts.jsonl into examples',
        'warning: line 7 (api-error-explainer): "response.status" is no variable name: it became response_status',
        'warning: line 7 (api-error-explainer): "response.body" is no variable name: it became response_body',
        'warning: line 8 (incident-update): "next update" is no variable name: it became next_update',
        'warning: line 12 (interview-questions): level has different defaults: "mid" is used everywhere',
      ],
    });
    const { lines } = readLines(await readFile(examples, 'utf8'));
    for (const line of lines) await expectSameText('examples', line);

    const second = await promptd(['import', examples, '--project', 'examples']);
    expect(second).toMatchObject({
      exitCode: 0,
      printed: [
        '12 prompts, 0 versions published (0 majors), 15 skipped, 0 lines failed, 4 warnings',
      ],
    });
  });

  it('keeps the title as description and where each version came from', async () => {
    await createProject('kept');
    await promptd(['import', examples, '--project', 'kept']);
    const prompt = '/v1/projects/kept/prompts/support%2Ftriage';
    const shown = await app.asAdmin('get', prompt).expect(200);
    expect(shown.body).toMatchObject({
      description: 'Support triage',
      latest: '1.1.0',
      versionCount: 3,
    });
    const version = await app.asAdmin('get', `${prompt}/versions/1.0.0`).expect(200);
    expect(version.body.provenance).toEqual({
      source: 'prompts.jsonl',
      at: '2026-03-02T09:15:00Z',
      format: 'text',
    });
  });

  it('reports the lines that cannot be published and publishes the others, with an API key', async () => {
    await createProject('partly');
    const created = await app
      .asAdmin('post', '/v1/projects/partly/keys')
      .send({ name: 'ci', verbs: ['read', 'publish'] })
      .expect(201);
    const at = '2026-01-31T12:00:00Z';
    const good = { name: 'good', title: 'Good', format: 'text', versions: [{ at, text: 'Hello' }] };
    const file = join(home, 'partly.jsonl');
    const lines = [
      JSON.stringify(good),
      'no JSON',
      JSON.stringify({ ...good, name: 'Not A Name' }),
      JSON.stringify({
        ...good,
        name: 'half',
        versions: [
          { at, text: 'a' },
          { at, text: '' },
        ],
      }),
    ];
    await writeFile(file, lines.join('\n'));
    const env = { PROMPTD_API_KEY: String(created.body.key), XDG_CONFIG_HOME: join(home, 'none') };

    const { exitCode, printed, noted } = await promptd(
      ['import', file, '--project', 'partly'],
      env,
    );
    expect(exitCode).toBe(1);
    expect(printed).toEqual([
      '4 prompts, 2 versions published (0 majors), 0 skipped, 3 lines failed, 0 warnings',
    ]);
    expect(noted).toEqual([
      'importing partly.jsonl into partly',
      'failed: line 2: it is no JSON',
      expect.stringMatching(/^failed: line 3: Not A Name: /),
      expect.stringMatching(/^failed: line 4: half: validation-failed: .*\n {2}\/content\/text: /),
    ]);
  });

  it('stops before it begins when the project is not there', async () => {
    await loginAsAdmin();
    const { exitCode, noted } = await promptd(['import', examples, '--project', 'nowhere']);
    expect([exitCode, noted]).toEqual([1, [expect.stringMatching(/^error: not-found: /)]]);
  });

  it('says that nobody answers', async () => {
    const env = { PROMPTD_SERVER: 'http://127.0.0.1:1', PROMPTD_API_KEY: 'pdk_any' };
    const { exitCode, noted } = await promptd(['import', examples, '--project', 'p'], env);
    expect([exitCode, noted]).toEqual([
      1,
      [expect.stringMatching(/^error: no answer from http:\/\/127\.0\.0\.1:1: /)],
    ]);
  });
});

describeCorpus('the corpus', () => {
  const file = join(corpusFolder ?? '', 'prompts.jsonl');
  let lines: readonly ImportLine[];

  beforeAll(async () => {
    lines = readLines(await readFile(file, 'utf8')).lines;
  });

  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const texts = () => lines.flatMap(({ versions }) => versions.map(({ text }) => text));
  const variablesOf = (content: ConvertedContent) =>
    content.variables?.map(({ name }) => name) ?? [];

  it('holds what the conversion was made for', () => {
    const literal = texts().filter((text) => text.includes('{{'));
    const delimited = texts().filter((text) => convert(text).content.text.startsWith('{{='));
    const marks = texts().flatMap((text) => placeholdersIn(piecesOf(text)));
    const conflicts = texts().flatMap((text) =>
      convert(text).warnings.filter((warning) => warning.includes('different defaults')),
    );
    const drops = lines.map(({ versions }) => {
      const declared = versions.map(({ text }) => variablesOf(convert(text).content));
      const isDrop = (names: readonly string[], index: number) =>
        declared[index - 1]?.some((name) => !names.includes(name)) ?? false;
      return declared.filter(isDrop).length;
    });
    expect(literal).toHaveLength(10);
    expect(delimited).toEqual(literal);
    expect(marks.filter(({ name }) => !isVariableName(name))).toHaveLength(31);
    expect(conflicts).toHaveLength(13);
    expect(sum(drops)).toBe(7);
  });

  it('is published as a whole, and nothing of it the second time', async () => {
    await createProject('corpus');
    const first = await promptd(['import', file, '--project', 'corpus']);
    // Seven majors drop a variable; three more ask for a new one.
    expect(first.printed).toEqual([
      '757 prompts, 817 versions published (10 majors), 0 skipped, 0 lines failed, 42 warnings',
    ]);
    expect(first.exitCode).toBe(0);
    const prompts = await app.asAdmin('get', '/v1/projects/corpus/prompts?total=true&limit=1');
    expect(prompts.body.total).toBe(757);

    const second = await promptd(['import', file, '--project', 'corpus']);
    expect(second.printed).toEqual([
      '757 prompts, 0 versions published (0 majors), 817 skipped, 0 lines failed, 42 warnings',
    ]);

    const delicate = lines.filter(({ versions }) => {
      const { text } = versions.at(-1)!;
      const marks = placeholdersIn(piecesOf(text));
      return text.includes('{{') || marks.some(({ name }) => !isVariableName(name));
    });
    expect(delicate.length).toBeGreaterThan(20);
    for (const line of delicate) await expectSameText('corpus', line);
  }, 300_000);
});
