import type { Problem } from '../../platform/errors/index.js';
import { type ApiKeyRequest, parseApiKeyDraft } from './api-key-draft.js';

const now = Date.parse('2027-01-01T00:00:00Z');

function pointersAtFault(request: ApiKeyRequest): string[] {
  try {
    parseApiKeyDraft(request, now);
  } catch (error) {
    return (error as Problem).errors.map(({ pointer }) => pointer);
  }
  return [];
}

describe('the draft of an API key', () => {
  it('reads every prompt for ever when it says nothing else', () => {
    expect(parseApiKeyDraft({ name: 'ci' }, now)).toEqual({
      name: 'ci',
      verbs: ['read'],
      prompts: ['*'],
      labels: ['*'],
      expiresAtMs: null,
    });
  });

  it('keeps each verb and pattern once, and may move no label at all', () => {
    const draft = parseApiKeyDraft(
      { name: 'ci', verbs: ['yank', 'read', 'yank'], prompts: ['a/*', 'b', 'a/*'], labels: [] },
      now,
    );

    expect(draft).toMatchObject({ verbs: ['read', 'yank'], prompts: ['a/*', 'b'], labels: [] });
  });

  it('names every place at fault at once', () => {
    const request = {
      name: 'ci ',
      prompts: ['a', 'A', '/*'],
      labels: ['production', 'latest'],
      expiresAt: '2027-01-01T00:00:00Z',
    };

    expect(pointersAtFault(request)).toEqual([
      '/name',
      '/prompts/1',
      '/prompts/2',
      '/labels/1',
      '/expiresAt',
    ]);
  });

  it('takes an expiry in any time zone', () => {
    const { expiresAtMs } = parseApiKeyDraft(
      { name: 'ci', expiresAt: '2027-01-01T02:00:00+01:00' },
      now,
    );

    expect(expiresAtMs).toBe(now + 60 * 60 * 1000);
  });
});
