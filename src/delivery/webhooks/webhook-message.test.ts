import type { RecordedEvent } from '../../platform/events/index.js';
import { messageOf, pingMessage } from './webhook-message.js';

const event: RecordedEvent = {
  type: 'prompt.label.moved',
  projectId: '018f0000-0000-7000-8000-000000000001',
  revision: 7,
  position: 1,
  atMs: Date.parse('2027-01-01T00:00:00Z'),
  actor: { kind: 'user', id: 'user-1', name: 'Zoë' },
  requestId: 'request-1',
  origin: { ip: '192.0.2.1', userAgent: 'curl' },
  subject: { type: 'label', id: 'prompt-1:production', name: 'greeting@production' },
  before: `sha256:${'a'.repeat(64)}`,
  after: `sha256:${'b'.repeat(64)}`,
  data: {
    ...{ prompt: 'greeting', label: 'production', from: null, to: '1.0.0', move: 3 },
    ...{ reason: 'a secret reason', ground: 'request', somethingNew: 'who knows' },
  },
};

describe('the message of an event', () => {
  it('says what happened, with digests', () => {
    expect(JSON.parse(messageOf(event, 'acme'))).toEqual({
      type: 'prompt.label.moved',
      timestamp: '2027-01-01T00:00:00.000Z',
      data: {
        project: 'acme',
        revision: 7,
        position: 1,
        subject: event.subject,
        ...{ prompt: 'greeting', label: 'production', from: null, to: '1.0.0', move: 3 },
        before: event.before,
        after: event.after,
        actor: { kind: 'user', name: 'Zoë' },
      },
    });
  });

  it('tells neither what people wrote, nor from where they acted, nor what it does not know', () => {
    const text = messageOf(event, 'acme');
    expect(text).not.toMatch(/secret reason|192\.0\.2\.1|curl|request-1|user-1|who knows/);
  });

  it('has null where there was nothing before or is nothing after', () => {
    const { before: _before, after: _after, data: _data, ...bare } = event;
    const { data } = JSON.parse(messageOf(bare, 'acme')) as { data: object };
    expect(data).toMatchObject({ before: null, after: null });
  });

  it('is text that UTF-8 can hold, whatever is in it', () => {
    const odd = { ...event, data: { prompt: '\ud800' } };
    expect(messageOf(odd, 'acme').isWellFormed()).toBe(true);
  });
});

it('a ping says which webhook it is for', () => {
  expect(JSON.parse(pingMessage('acme', 'webhook-1', event.atMs))).toEqual({
    type: 'webhook.ping',
    timestamp: '2027-01-01T00:00:00.000Z',
    data: { project: 'acme', webhook: 'webhook-1' },
  });
});
