import { defineProblem } from '../../platform/errors/index.js';

export const pluginFailed = defineProblem('plugin-failed', {
  status: 502,
  title: 'The plugin failed',
});
export const pluginTimeout = defineProblem('plugin-timeout', {
  status: 504,
  title: 'The plugin did not answer in time',
});
export const pluginUnavailable = defineProblem('plugin-unavailable', {
  status: 503,
  title: 'The plugin takes no calls now',
});
export const methodNotAllowed = defineProblem('method-not-allowed', {
  status: 405,
  title: 'The plugin answers other methods at this path',
});
