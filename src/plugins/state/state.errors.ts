import { defineProblem } from '../../platform/errors/index.js';

export const pluginStateFull = defineProblem('plugin-state-full', {
  status: 409,
  title: 'The plugin keeps as much in the project as it may',
});
