import { defineProblem } from '../../platform/errors/index.js';

export const passwordLoginDisabled = defineProblem('password-login-disabled', {
  status: 403,
  title: 'This server does not take passwords',
});
