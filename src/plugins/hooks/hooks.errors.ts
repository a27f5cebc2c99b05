import { defineProblem } from '../../platform/errors/index.js';

/** `plugin`, `hook` and `reason` say who refused what, and why. */
export const pluginDenied = defineProblem('plugin-denied', {
  status: 422,
  title: 'A plugin does not let this happen',
});
/** Of a hook that says `onError: deny`. */
export const vetoFailed = defineProblem('veto-failed', {
  status: 503,
  title: 'A plugin that has to be asked first did not answer',
});
