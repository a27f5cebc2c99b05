import { defineProblem } from '../../platform/errors/index.js';

export const labelConflict = defineProblem('label-conflict', {
  status: 409,
  title: 'The label does not point to the expected version',
});
