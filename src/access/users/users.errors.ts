import { defineProblem } from '../../platform/errors/index.js';

export const userExists = defineProblem('user-exists', {
  status: 409,
  title: 'There is a user of this name',
});
export const lastAdmin = defineProblem('last-admin', {
  status: 409,
  title: 'The last instance admin cannot be deactivated or demoted',
});
