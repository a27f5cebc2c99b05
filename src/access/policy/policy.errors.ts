import { defineProblem } from '../../platform/errors/index.js';

export const passwordChangeRequired = defineProblem('password-change-required', {
  status: 403,
  title: 'The password must be changed first',
});
