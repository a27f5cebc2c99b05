import { defineProblem } from '../../platform/errors/index.js';

export const batchTooLarge = defineProblem('batch-too-large', {
  status: 422,
  title: 'The versions are larger together than one answer may be',
});
