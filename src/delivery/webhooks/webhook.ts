import type { Actor } from '../../platform/authorization/index.js';
import { digestOf } from '../../platform/crypto/index.js';
import type { SecretPlace } from '../../platform/secrets/index.js';

/** Paused by somebody; told by the receiver that it is gone; or failing for days. */
export type DisabledReason = 'paused' | 'gone' | 'failing';

export interface WebhookDraft {
  readonly url: string;
  /** `*`, an event type, or the beginning of one followed by `.*`. */
  readonly events: readonly string[];
  /** `*`, a prompt name, or `prefix/*` at any depth. */
  readonly prompts: readonly string[];
  readonly description: string | null;
}

/** An address that is told of the changes of one project. Its secret is in the secret store. */
export interface Webhook extends WebhookDraft {
  readonly id: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly secretLastFour: string;
  /** Until when the secret before this one signs beside it. */
  readonly previousSecretExpiresAtMs: number | null;
  /** Null while it is active. */
  readonly disabled: { readonly reason: DisabledReason; readonly atMs: number } | null;
  /** Deliveries that are to be made. */
  readonly pending: number;
  /** When the oldest of them is to be tried. */
  readonly dueAtMs: number | null;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  readonly updatedAtMs: number;
}

/** SECURITY: the secret exists only in the answer that makes it. */
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

/** The digest of what may change about a webhook. The address is in it, which events do not tell. */
export function webhookDigest({ url, events, prompts, description, disabled }: Webhook): string {
  return digestOf({ url, events, prompts, description, disabled: disabled?.reason ?? null });
}

type SecretField = 'secret' | 'previous-secret';

/** Where the secret store keeps a secret. What is stored there is bound to it for ever. */
export function secretPlace(
  { id, projectId }: Pick<Webhook, 'id' | 'projectId'>,
  field: SecretField = 'secret',
): SecretPlace {
  return { table: 'webhooks', row: id, project: projectId, field };
}
