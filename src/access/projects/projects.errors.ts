import { defineProblem } from '../../platform/errors/index.js';

export const projectExists = defineProblem('project-exists', {
  status: 409,
  title: 'There is a project of this name',
});
export const projectArchived = defineProblem('project-archived', {
  status: 409,
  title: 'The project is archived',
});
