import { defineProblem } from '../../platform/errors/index.js';

export const keyRevoked = defineProblem('key-revoked', {
  status: 409,
  title: 'The API key was revoked',
});
