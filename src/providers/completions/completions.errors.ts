import { defineProblem } from '../../platform/errors/index.js';

export const credentialMissing = defineProblem('credential-missing', {
  status: 409,
  title: 'The project has no credential for what was asked',
});

/** Told to the plugin that asked. SECURITY: in promptd's words; a provider's may repeat the secret. */
export const completionFailed = defineProblem('completion-failed', {
  status: 424,
  title: 'A provider of models gave no answer that could be used',
});
