import { defineProblem } from '../../platform/errors/index.js';

export const webhookLimit = defineProblem('webhook-limit', {
  status: 409,
  title: 'The project has as many webhooks as it may have',
});
export const webhookDisabled = defineProblem('webhook-disabled', {
  status: 409,
  title: 'The webhook is not active',
});
