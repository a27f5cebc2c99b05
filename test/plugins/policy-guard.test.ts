import fc from 'fast-check';
import type { BeforePublish, Content, Decision } from 'promptd:api';
import { useHost } from '../../plugins/api/testing.js';
import policyGuard from '../../plugins/policy-guard/index.js';
import { secretPatterns } from '../../plugins/policy-guard/rules/secret-patterns.js';
import { aCaller, aRequest, memoryKeys, refusal } from './plugin-inputs.js';

const publish = (content: Content): BeforePublish => ({
  project: 'acme',
  prompt: 'support/triage',
  caller: aCaller,
  content,
  version: null,
  labels: [],
});

const text = (written: string, more: object = {}): Content => ({
  kind: 'text',
  text: written,
  ...more,
});

async function decide(content: Content): Promise<Decision> {
  return policyGuard.hooks['version.beforePublish'](publish(content));
}

async function reason(content: Content): Promise<string> {
  const decision = await decide(content);
  return decision.decision === 'deny' ? decision.reason : '';
}

const settings = (body: object) =>
  policyGuard.endpoints.putSettings(aRequest({ method: 'PUT', body }));

beforeEach(() => {
  useHost({ kv: memoryKeys() });
});

const letters = 'Ab3dE6gH1jK4mN7pQ0sT2vW5yZ8cF9rU'.repeat(4);
const some = (count: number) => letters.slice(0, count);

/** In parts, so that no scanner of this repository takes one for real. */
const secrets: readonly (readonly [string, string])[] = (
  [
    ['promptd', 'pdk', '_', some(32)],
    ['AWS', 'AKI', 'AQWERTYUIOPASDFGH'],
    ['GitHub', 'gh', 'p_', some(36)],
    ['GitHub', 'github_', 'pat_', some(82)],
    ['GitLab', 'glp', 'at-', some(20)],
    ['Slack', 'xox', 'b-123456789012-', some(24)],
    ['Slack', 'https://hooks.slack', '.com/services/', some(40)],
    ['Stripe', 'sk_', 'live_', some(24)],
    ['Anthropic', 'sk-', 'ant-api03-', some(90)],
    ['OpenAI', 'sk-', some(20), 'T3Blbk', 'FJ', some(20)],
    ['OpenAI', 'sk-', 'proj-', some(60)],
    ['Google', 'AIz', 'a', some(35)],
    ['Google', 'GOCS', 'PX-', some(28)],
    ['Hugging Face', 'h', 'f_', 'AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh'],
    ['npm', 'np', 'm_', some(36)],
    ['PyPI', 'pypi-', 'AgEIcHlwaS5vcmc', some(60)],
    ['SendGrid', 'S', 'G.', some(22), '.', some(43)],
    ['Twilio', 'S', 'K', '0123456789abcdef'.repeat(2)],
    ['Telegram', '123456789:', 'AA', some(33)],
    ['private key', '-----BEGIN RSA ', 'PRIVATE KEY-----'],
    ['JSON Web Token', 'ey', 'J', some(20), '.eyJ', some(40), '.', some(40)],
    ['password', 'postgres://app:', 'hunter22', '@db.example.com/app'],
    ['value of a secret', 'api_key = "', some(32), '"'],
    ['value of a secret', 'DB_PASS', 'WORD=', some(16)],
    ['value of a secret', 'OPENAI_API', '_KEY=', some(24)],
    ['value of a secret', 'export AWS_SECRET_ACCESS', '_KEY=', some(40)],
    ['value of a secret', 'PGPASS', 'WORD=', some(16)],
    ['value of a secret', 'clientSec', 'ret: "', some(32), '"'],
    ['value of a secret', 'SECRET', "_KEY = '", some(50), "'"],
  ] as const
).map(([name, ...parts]) => [name, parts.join('')]);

describe('secrets', () => {
  it.each(secrets)(
    'of %s are refused by name and place, and not repeated: %#',
    async (name, secret) => {
      const said = await reason(text(`Be kind.\nUse ${secret} for the call.`));
      expect(said).toMatch(/^secrets: \/text line 2 looks like /);
      expect(said).toContain(name);
      expect(said).not.toContain(secret);
      for (let at = 0; at + 12 <= secret.length; at += 1) {
        expect(said).not.toContain(secret.slice(at, at + 12));
      }
    },
  );

  it('have an example here for each pattern', () => {
    const unseen = secretPatterns.filter(
      ([, pattern]) => !secrets.some(([, secret]) => pattern.test(secret)),
    );
    expect(unseen.map(([name]) => name)).toEqual([]);
  });

  it('are searched for by patterns of which no two attempts read the same text', () => {
    const repeated = /(\[(?:\\.|[^\]])*\]|\((?:[^()]|\([^()]*\))*\)|\\?.)(?:\{\d+,\d*\}|[*+])/gu;
    for (const [, pattern] of secretPatterns) {
      const beginning = secrets
        .map(([, secret]) => pattern.exec(secret)?.[0])
        .find((found) => found !== undefined)!
        .slice(0, 3);
      for (const [, part] of pattern.source.matchAll(repeated)) {
        expect(new RegExp(`^(?:${part!})+`, pattern.flags).exec(beginning)?.[0]).not.toBe(
          beginning,
        );
      }
      const exact = [...pattern.source.matchAll(/\{(\d+)\}/g)].map(([, count]) => Number(count));
      expect(Math.max(0, ...exact)).toBeLessThanOrEqual(100);
    }
  });

  const key = secrets[0]![1];
  it.each<[string, Content, string]>([
    [
      'a default',
      text('{{a}}', { variables: [{ name: 'a', type: 'string', default: key }] }),
      '/variables/0/default',
    ],
    [
      'a description',
      text('x', { outputSchema: { description: key } }),
      '/outputSchema/description',
    ],
    [
      'model settings',
      text('x', { model: { parameters: { deep: [{ key }] } } }),
      '/model/parameters/deep/0/key',
    ],
    ['a name', text('x', { model: { parameters: { [key]: 1 } } }), '/model/parameters/*'],
    [
      'a message',
      { kind: 'chat', messages: [{ role: 'user', content: key }] },
      '/messages/0/content',
    ],
    [
      'a constraint',
      { kind: 'structured', sections: { task: 'x', constraints: ['y', key] } },
      '/sections/constraints/1',
    ],
  ])('are found in %s', async (_, content, path) => {
    const said = await reason(content);
    expect(said).toContain(`secrets: ${path} line 1`);
    expect(said).not.toContain(key);
  });

  it.each([
    'Never print the password. The API key: ask an administrator.',
    'token: {{token}}',
    'https://user:{{password}}@example.com',
    'Send the request to https://example.com:8080/path@v2',
    'password = aaaaaaaaaaaaaaaaaaaaaaaa1',
    'sk-something and AKIA are prefixes of keys',
  ])('are not seen in %j', async (harmless) => {
    expect(await decide(text(harmless))).toEqual({ decision: 'allow' });
  });

  it('pass where the settings say so', async () => {
    await settings({ secrets: false });
    expect(await decide(text(key))).toEqual({ decision: 'allow' });
  });
});

describe('the token budget', () => {
  it('is kept up to its last token', async () => {
    await settings({ tokenBudget: { encoding: 'o200k_base', maxTokens: 2 } });
    expect(await decide(text('hello world'))).toEqual({ decision: 'allow' });
    expect(await reason(text('hello world!'))).toBe(
      'token-budget: / has 3 tokens of o200k_base, and 2 are allowed; shorten it.',
    );
  });

  it('counts every template of a structured prompt', async () => {
    await settings({ tokenBudget: { encoding: 'cl100k_base', maxTokens: 3 } });
    const content: Content = {
      kind: 'structured',
      sections: { task: 'hello', constraints: ['world'], examples: [{ input: 'a', output: 'b' }] },
    };
    expect(await reason(content)).toContain('has 4 tokens of cl100k_base');
  });
});

describe('required sections', () => {
  beforeEach(() => settings({ requiredSections: ['Output format'] }));

  it.each([
    '## Output format\nJSON',
    'Output format: JSON',
    '<output_format>\nJSON',
    '**Output Format:** JSON',
  ])('are headings of a text: %j', async (written) => {
    expect(await decide(text(`Do it.\n${written}`))).toEqual({ decision: 'allow' });
  });

  it('that are missing are named with what to add', async () => {
    expect(await reason(text('The output format is JSON.'))).toBe(
      'required-sections: / has no section "Output format"; add a line "## Output format" and its text.',
    );
  });

  it('are the own sections of a structured prompt, with something in them', async () => {
    const sections = { task: 'x', outputFormat: 'JSON' };
    expect(await decide({ kind: 'structured', sections })).toEqual({ decision: 'allow' });
    const empty = { task: '## Output format', outputFormat: '' };
    expect(await reason({ kind: 'structured', sections: empty })).toContain(
      '/sections has no section',
    );
  });
});

describe('forbidden words', () => {
  beforeEach(() => settings({ forbiddenWords: ['foo', 'top secret', '敏感', '***'] }));

  it.each([
    ['FOO!', 'foo', 1],
    ['a\nb\n(ｆｏｏ)', 'foo', 3],
    ['Top\n  secret', 'top secret', 1],
    ['这是敏感词', '敏感', 1],
    ['\n\nrated ***', '***', 3],
  ])('are refused in %j', async (written, word, line) => {
    expect(await reason(text(written))).toBe(
      `forbidden-words: /text line ${line} has the forbidden word "${word}"; choose another.`,
    );
  });

  it('are found as a search for each of them finds them', async () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '*', '漢'), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(letters, { minLength: 1 }), letters, async (words, given) => {
        await settings({ forbiddenWords: words });
        const spoken = (of: string) => of.match(/[ab漢]+/g)?.join(' ') ?? '';
        const has = (word: string) =>
          isWithin(spoken(word), spoken(given)) ||
          ((word.includes('漢') || spoken(word) === '') && given.includes(word));
        const isFound = (await decide(text(given))).decision === 'deny';
        expect(isFound).toBe(words.some(has));
      }),
    );
  });

  it.each(['food', 'fooXbar', 'secret top'])('pass inside of %j', async (written) => {
    expect(await decide(text(written))).toEqual({ decision: 'allow' });
  });
});

/** As whole words; nothing is within nothing. */
function isWithin(words: string, text: string): boolean {
  return words !== '' && ` ${text} `.includes(` ${words} `);
}

it('names three findings, and how many more there are', async () => {
  await settings({ forbiddenWords: ['a', 'b', 'c', 'd', 'e'] });
  const said = await reason(text('a b c d e'));
  expect(said.match(/forbidden-words/g)).toHaveLength(3);
  expect(said).toMatch(/There are 2 more\.$/);
});

it('checks a content without publishing it', async () => {
  await settings({ forbiddenWords: ['foo'] });
  const check = (content: Content) =>
    policyGuard.endpoints.check(aRequest({ method: 'POST', body: { content } }));
  expect((await check(text('bar'))).body).toEqual({ passes: true, findings: [] });
  expect((await check(text('foo'))).body).toMatchObject({
    passes: false,
    findings: [{ rule: 'forbidden-words', where: '/text line 1' }],
  });
});

it('answers with its settings, and forgets those that are not named again', async () => {
  const shown = async () => (await policyGuard.endpoints.getSettings()).body;
  const defaults = { secrets: true, tokenBudget: null, requiredSections: [], forbiddenWords: [] };
  expect(await shown()).toEqual(defaults);
  await settings({ forbiddenWords: ['foo'] });
  expect(await shown()).toEqual({ ...defaults, forbiddenWords: ['foo'] });
  await settings({ secrets: false });
  expect(await shown()).toEqual({ ...defaults, secrets: false });
});

it.each(['project-archived', 'plugin-state-full'])(
  'answers that promptd keeps no settings: %s',
  async (code) => {
    useHost({ kv: { set: () => Promise.reject(refusal(code, 'It keeps nothing.')) } });
    expect(await settings({})).toEqual({ status: 409, body: { error: 'It keeps nothing.' } });
    useHost({ kv: { set: () => Promise.reject(refusal('forbidden', 'kv was not granted.')) } });
    await expect(settings({})).rejects.toThrow('kv was not granted.');
  },
);

describe('hostile content', () => {
  const size = 256 * 1024;
  const fill = (unit: string) => unit.repeat(Math.floor(size / unit.length));

  beforeEach(() =>
    settings({
      tokenBudget: { encoding: 'o200k_base', maxTokens: 10 },
      requiredSections: ['Output format'],
      forbiddenWords: Array.from({ length: 200 }, (_, index) => `a ${index}`),
    }),
  );

  it.each([
    ...[
      'a',
      'a ',
      'sk-',
      'eyJaaaaaaaaaa-',
      'eyJaaaaaaaaaa.',
      'ghp_',
      'a://b:',
      'api_key=',
      '-----BEGIN ',
    ],
    ...['xox', 'token=a1b2', '# ', '\n', '{{', '\u0301', 'ﷺ', '漢'],
  ])('of %j is judged in bounded time', async (unit) => {
    policyGuard.init();
    const startedAt = performance.now();
    expect((await decide(text(fill(unit)))).decision).toBe('deny');
    // A fifth of a second on a quiet machine; what is quadratic takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it('of words that forbidden phrases begin with is read once', async () => {
    await settings({
      forbiddenWords: Array.from({ length: 48 }, (_, at) => `${'a '.repeat(at + 1)}b`),
    });
    const look = jest.spyOn(Map.prototype, 'get');
    expect(await decide(text('a '.repeat(10_000)))).toEqual({ decision: 'allow' });
    const looks = look.mock.calls.length;
    look.mockRestore();
    // Each word leads on or back, and back no more often than on; with some for the phrases.
    expect(looks).toBeGreaterThan(10_000);
    expect(looks).toBeLessThan(40_000);
  });

  it('of lines before forbidden words has its lines counted once', async () => {
    const words = Array.from({ length: 200 }, (_, at) => `w${at}`);
    await settings({ forbiddenWords: words });
    const look = jest.spyOn(String.prototype, 'indexOf');
    expect(await reason(text(`${'\n'.repeat(10_000)}${words.join(' ')}`))).toContain('line 10001');
    const looks = look.mock.calls.length;
    look.mockRestore();
    expect(looks).toBeLessThan(20_000);
  });

  it('of very many names is judged in bounded time', async () => {
    const parameters = Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [`k${at}`, 1]));
    const startedAt = performance.now();
    expect((await decide(text('x', { model: { parameters } }))).decision).toBe('deny');
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
