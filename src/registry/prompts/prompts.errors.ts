import { defineProblem } from '../../platform/errors/index.js';

export const promptArchived = defineProblem('prompt-archived', {
  status: 409,
  title: 'The prompt is archived',
});
export const promptExists = defineProblem('prompt-exists', {
  status: 409,
  title: 'The project has a prompt of this name',
});
