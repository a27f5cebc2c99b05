import fc from 'fast-check';
import { Problem } from '../../platform/errors/index.js';
import { type CredentialRequest, parseCredentialDraft } from './credential-draft.js';

const providers = ['azure-openai', 'openai'];
const secret = 'sk-4711-correct-horse';

const draftOf = (request: Partial<CredentialRequest> = {}) =>
  parseCredentialDraft({ name: 'main', provider: 'openai', secret, ...request }, providers);

function faultsOf(request: Partial<CredentialRequest>): readonly string[] {
  try {
    draftOf(request);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(JSON.stringify([error.message, error.errors])).not.toContain(secret);
    return error.errors.map(({ pointer }) => pointer);
  }
  return [];
}

describe('the last characters that are shown', () => {
  it.each([
    ['fifteen chars..', null],
    ['sixteen chars...', 's...'],
    [secret, 'orse'],
    ['🔑'.repeat(15), null],
    ['🔑'.repeat(16), '🔑🔑🔑🔑'],
  ])('of %s are %s', (text, lastFour) => {
    expect(draftOf({ secret: text }).lastFour).toBe(lastFour);
  });

  it('are at most a quarter of the secret', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 40 }), (text) => {
        const { lastFour } = draftOf({ secret: text });
        expect(Array.from(lastFour ?? '').length * 4).toBeLessThanOrEqual(Array.from(text).length);
      }),
    );
  });
});

it.each(providers)('takes %s for a provider', (provider) => {
  expect(draftOf({ provider }).provider).toBe(provider);
});

it.each(['', 'nope', 'OpenAI', 'openai ', 'constructor'])(
  'does not take %j for a provider',
  (provider) => {
    expect(faultsOf({ provider })).toEqual(['/provider']);
  },
);

it('names those it takes', () => {
  expect(() => draftOf({ provider: 'nope' })).toThrow(
    expect.objectContaining({
      errors: [
        {
          pointer: '/provider',
          code: 'unknown-provider',
          detail: 'must be one of azure-openai, openai',
        },
      ],
    }),
  );
});

it.each([' main', 'main ', 'ma\nin', 'ma\u200bin'])('does not take %j for a name', (name) => {
  expect(faultsOf({ name })).toEqual(['/name']);
});

it.each(['\n', '\0', '\x7f', '\x85', '\t', '\ud83d'])(
  'does not take a secret with %j in it, and never shows it',
  (control) => {
    expect(faultsOf({ secret: secret + control })).toEqual(['/secret']);
  },
);

it('lists every field at fault', () => {
  expect(faultsOf({ name: ' ', provider: 'A', secret: '\n' })).toEqual([
    '/name',
    '/provider',
    '/secret',
  ]);
});
