import fc from 'fast-check';
import { apiKeyPrefix, isWellFormedApiKey, mintApiKey } from './api-key-format.js';

const knownKey = 'pdk_0123456789ABCDEFGHIJKLMNOPQRSTUV';

describe('API keys', () => {
  it('are minted well-formed, 42 characters long and never twice', () => {
    const keys = Array.from({ length: 1000 }, mintApiKey);
    expect(keys.every((key) => key.length === 42 && isWellFormedApiKey(key))).toBe(true);
    expect(new Set(keys).size).toBe(1000);
  });

  it('keep their format, so keys issued by an earlier release stay valid', () => {
    expect(isWellFormedApiKey(`${knownKey}1ggZdL`)).toBe(true);
  });

  it('are refused when any one character changes', () => {
    const key = mintApiKey();
    fc.assert(
      fc.property(
        fc.nat(key.length - 1),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        (at, replacement) => {
          fc.pre(key.charAt(at) !== replacement);
          const changed = key.slice(0, at) + replacement + key.slice(at + 1);
          expect(isWellFormedApiKey(changed)).toBe(false);
        },
      ),
    );
  });

  it.each(['', 'pdk_', `${mintApiKey()}\n`, ` ${mintApiKey()}`, mintApiKey().slice(0, -1)])(
    'are refused with anything missing or added: %j',
    (text) => {
      expect(isWellFormedApiKey(text)).toBe(false);
    },
  );

  it('are shown by their first eight characters', () => {
    expect(apiKeyPrefix(knownKey)).toBe('pdk_0123');
  });
});
