import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { lastFourOf, newWebhookSecret, signatureHeaders } from './webhook-signature.js';

const message = { id: 'message-1', atMs: Date.now(), payload: '{"text":"Zoë"}' };

describe('a secret of a webhook', () => {
  it('is random, long enough, and told by characters that are no padding', () => {
    const secrets = Array.from({ length: 100 }, newWebhookSecret);
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{64}$/);
      expect(secret.endsWith(lastFourOf(secret))).toBe(true);
    }
  });
});

describe('the signature of a message', () => {
  it('is what the specification says', () => {
    const secret = newWebhookSecret();
    const headers = signatureHeaders(message, [secret]);
    const seconds = String(Math.floor(message.atMs / 1000));
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signed = createHmac('sha256', key).update(`message-1.${seconds}.${message.payload}`);
    expect(headers).toEqual({
      'webhook-id': 'message-1',
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${signed.digest('base64')}`,
    });
  });

  it('is taken by whoever knows one of the secrets, and by nobody else', () => {
    const [current, previous, other] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()];
    const headers = signatureHeaders(message, [current, previous]);
    for (const secret of [current, previous]) {
      expect(new Webhook(secret).verify(message.payload, headers)).toEqual({ text: 'Zoë' });
    }
    expect(() => new Webhook(other).verify(message.payload, headers)).toThrow('No matching');
    expect(() => new Webhook(current).verify('{}', headers)).toThrow('No matching');
  });
});
