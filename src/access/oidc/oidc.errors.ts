import { defineProblem } from '../../platform/errors/index.js';

export const identityProviderUnavailable = defineProblem('identity-provider-unavailable', {
  status: 503,
  title: 'The identity provider cannot be reached or does not work',
});
