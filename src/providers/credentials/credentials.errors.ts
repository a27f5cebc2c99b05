import { defineProblem } from '../../platform/errors/index.js';

export const credentialExists = defineProblem('credential-exists', {
  status: 409,
  title: 'The project has a credential of this name',
});
