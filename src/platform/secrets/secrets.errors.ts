import { defineProblem } from '../errors/index.js';

/** Another instance, or this one after it was given the key, can do what was asked. */
export const secretKeyUnknown = defineProblem('secret-key-unknown', {
  status: 503,
  title: 'A stored secret is under a key that this server does not have',
});
export const secretDamaged = defineProblem('secret-damaged', {
  status: 409,
  title: 'A stored secret is not what was stored',
});
