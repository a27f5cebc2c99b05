import type { Problem } from '../../platform/errors/index.js';
import { type JudgeUrl, parseWebhookDraft, type WebhookRequest } from './webhook-draft.js';

const url = 'https://example.com/hook';
const anyUrl: JudgeUrl = () => undefined;

function faultsIn(request: WebhookRequest, judge = anyUrl) {
  try {
    parseWebhookDraft(request, judge);
  } catch (error) {
    return (error as Problem).errors.map(({ pointer, code }) => `${pointer} ${code}`);
  }
  return [];
}

describe('the draft of a webhook', () => {
  it('is told of everything when it says nothing else', () => {
    const draft = parseWebhookDraft({ url }, anyUrl);
    expect(draft).toEqual({ url, events: ['*'], prompts: ['*'], description: null });
  });

  it('keeps each pattern once and the address as it will be called', () => {
    const draft = parseWebhookDraft(
      {
        url: 'HTTPS://Example.COM:443/a b?x=\u00e9',
        events: ['prompt.*', 'release.made', 'prompt.*'],
        prompts: ['a/*', 'a/*'],
        description: 'for the cache',
      },
      anyUrl,
    );
    expect(draft).toEqual({
      url: 'https://example.com/a%20b?x=%C3%A9',
      events: ['prompt.*', 'release.made'],
      prompts: ['a/*'],
      description: 'for the cache',
    });
  });

  it('names every place at fault at once', () => {
    const refused: JudgeUrl = () => ({ code: 'address-not-allowed', detail: 'no' });
    const request = { url, events: ['*', 'key.*'], prompts: ['A', 'b'] };
    expect(faultsIn(request, refused)).toEqual([
      '/url address-not-allowed',
      '/events/1 invalid-pattern',
      '/prompts/0 invalid-pattern',
    ]);
  });

  it('names the types of events when one is none of them', () => {
    const refused = () => parseWebhookDraft({ url, events: ['prompt.published'] }, anyUrl);
    expect(refused).toThrow(
      expect.objectContaining({
        errors: [
          {
            pointer: '/events/0',
            code: 'invalid-pattern',
            detail: expect.stringContaining('prompt.version.published, '),
          },
        ],
      }),
    );
  });

  it('keeps what a webhook asked for before, and takes nothing else that asks for nothing', () => {
    const kept = ['prompt.vers', 'prompt.*'];
    expect(parseWebhookDraft({ url, events: kept }, anyUrl, kept).events).toEqual(kept);
    expect(() => parseWebhookDraft({ url, events: ['prompt.ver'] }, anyUrl, kept)).toThrow();
  });

  it('refuses an address that grows too long when it is encoded', () => {
    expect(faultsIn({ url: `${url}/${'\u00e9'.repeat(400)}` })).toEqual(['/url too-long']);
  });
});
