import { defineProblem } from '../../platform/errors/index.js';

export const pluginRejected = defineProblem('plugin-rejected', {
  status: 409,
  title: 'The plugin may not run here',
});
