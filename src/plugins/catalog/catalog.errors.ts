import { defineProblem } from '../../platform/errors/index.js';

export const pluginNotServing = defineProblem('plugin-not-serving', {
  status: 409,
  title: 'The plugin does not serve',
});
export const pluginsUnreadable = defineProblem('plugins-unreadable', {
  status: 409,
  title: 'The folder of plugins cannot be read',
});
export const pluginNotLoaded = defineProblem('plugin-not-loaded', {
  status: 409,
  title: 'What is in the folder of the plugin does not serve',
});
