import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { webhookEventTypes } from '../../src/delivery/webhooks/webhook-event-types.js';

const docs = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'webhooks.md'), 'utf8');

it('docs/webhooks.md lists the events that webhooks can be told, in the same order', () => {
  const [, after = ''] = docs.split('Events that can be sent:\n\n');
  const [table = ''] = after.split('\n\n');
  const listed = [...table.matchAll(/`([^`]+)`/g)].map(([, type]) => type);

  expect(listed).toEqual(webhookEventTypes);
});
