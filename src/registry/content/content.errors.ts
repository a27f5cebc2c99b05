import { defineProblem } from '../../platform/errors/index.js';

export const contentTooLarge = defineProblem('content-too-large', {
  status: 413,
  title: 'The content is larger than allowed',
});
