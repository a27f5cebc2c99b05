import { defineProblem } from '../../platform/errors/index.js';

export const modalConflict = defineProblem('plugin-modal-conflict', {
  status: 409,
  title: 'The modal session is not as the caller thinks',
});
export const modalEnded = defineProblem('plugin-modal-ended', {
  status: 409,
  title: 'The modal session has ended',
});
export const modalLimit = defineProblem('plugin-modal-limit', {
  status: 409,
  title: 'The caller has as many modal sessions open as one may have',
});
