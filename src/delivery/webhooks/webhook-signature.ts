import { randomBytes } from 'node:crypto';
import { Webhook as Signer } from 'standardwebhooks';

/** Within the 24 to 64 of the specification, and without padding in base64. */
const secretBytes = 48;
const prefix = 'whsec_';

export function newWebhookSecret(): string {
  return prefix + randomBytes(secretBytes).toString('base64');
}

export interface SignedMessage {
  readonly id: string;
  readonly atMs: number;
  readonly payload: string;
}

/**
 * The headers of a message by the Standard Webhooks specification, with a signature for each secret,
 * of which the receiver needs to know one.
 */
export function signatureHeaders(
  { id, atMs, payload }: SignedMessage,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const at = new Date(atMs);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(atMs / 1000)),
    'webhook-signature': secrets.map((one) => new Signer(one).sign(id, at, payload)).join(' '),
  };
}

export function lastFourOf(secret: string): string {
  return secret.slice(-4);
}
