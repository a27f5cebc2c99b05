import {
  ascii,
  bigint,
  defineRows,
  id,
  integer,
  longText,
  text,
  time,
} from '../../platform/database/index.js';

export interface WebhookRow {
  id: string;
  projectId: string;
  /** A project's name never changes. */
  projectName: string;
  url: string;
  /** JSON arrays, both. */
  events: string;
  prompts: string;
  description: string | null;
  secretLastFour: string;
  previousSecretExpiresAt: number | null;
  /** Null while it is active. */
  disabledReason: string | null;
  disabledAt: number | null;
  /** The last revision of the project whose events are among its deliveries, if it takes them. */
  revision: number;
  /** Deliveries that are to be made. */
  pending: number;
  /** When the oldest of them is to be tried; null when there is none or the webhook is disabled. */
  dueAt: number | null;
  /** The instance that sends to it now, until when it may. */
  claimedBy: string | null;
  claimedUntil: number | null;
  createdAt: number;
  createdByKind: string;
  createdById: string | null;
  createdByName: string;
  updatedAt: number;
  /** Since when only its deliveries are left, which are removed bit by bit. */
  deletedAt: number | null;
}

export const webhookRows = defineRows<WebhookRow>('webhooks', {
  columns: {
    id: id({ primary: true }),
    projectId: id(),
    projectName: ascii(100),
    url: text(2048),
    events: longText(),
    prompts: longText(),
    description: text(500, { nullable: true }),
    secretLastFour: ascii(4),
    previousSecretExpiresAt: time({ nullable: true }),
    disabledReason: ascii(16, { nullable: true }),
    disabledAt: time({ nullable: true }),
    revision: bigint(),
    pending: integer(),
    dueAt: time({ nullable: true }),
    claimedBy: id({ nullable: true }),
    claimedUntil: time({ nullable: true }),
    createdAt: time(),
    createdByKind: ascii(16),
    createdById: ascii(36, { nullable: true }),
    createdByName: text(255),
    updatedAt: time(),
    deletedAt: time({ nullable: true }),
  },
  indexes: { ix_webhooks_project: ['projectId', 'id'], ix_webhooks_due: ['dueAt'] },
  foreignKeys: [
    { name: 'fk_webhooks_project', columns: ['projectId'], references: 'projects', on: ['id'] },
  ],
});

export interface DeliveryRow {
  id: string;
  webhookId: string;
  revision: number;
  position: number;
  type: string;
  /** What is sent, byte for byte, at every attempt. */
  payload: string;
  status: string;
  /** Attempts since it was last put in the queue. */
  tries: number;
  attemptCount: number;
  /** A JSON array of the newest attempts. */
  attempts: string;
  createdAt: number;
  endedAt: number | null;
}

export const deliveryRows = defineRows<DeliveryRow>('webhook_deliveries', {
  columns: {
    id: id({ primary: true }),
    webhookId: id(),
    revision: bigint(),
    position: integer(),
    type: ascii(64),
    payload: longText(),
    status: ascii(16),
    tries: integer(),
    attemptCount: integer(),
    attempts: longText(),
    createdAt: time(),
    endedAt: time({ nullable: true }),
  },
  uniques: { uq_webhook_deliveries_event: ['webhookId', 'revision', 'position'] },
  indexes: {
    ix_webhook_deliveries_queue: ['webhookId', 'status', 'revision', 'position'],
    ix_webhook_deliveries_ended: ['endedAt'],
  },
  foreignKeys: [
    {
      name: 'fk_webhook_deliveries_webhook',
      columns: ['webhookId'],
      references: 'webhooks',
      on: ['id'],
    },
  ],
});
