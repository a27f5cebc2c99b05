import { defineProblem } from '../../platform/errors/index.js';

export const signerExists = defineProblem('plugin-signer-exists', {
  status: 409,
  title: 'The key is enrolled already',
});
export const signerRevoked = defineProblem('plugin-signer-revoked', {
  status: 409,
  title: 'A revoked key stays revoked',
});
