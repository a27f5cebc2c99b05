import { type Capability } from '../package/manifest.js';
import { defineProblem, forbidden, validationFailed } from '../../platform/errors/index.js';

/** Told to the plugin that asked; it says no more than that plugin may know. */
export const hostCallFailed = defineProblem('host-call-failed', {
  status: 424,
  title: 'What a plugin asked for could not be done',
});

const longestName = 64;

export const unknownOperation = (name: string) =>
  validationFailed(`There is no operation ${JSON.stringify(name.slice(0, longestName))}.`);

export const notGranted = (operation: string, capability: Capability) =>
  forbidden(`${operation} needs the capability ${capability}, which the plugin was not granted.`);

export const noProject = (operation: string) =>
  validationFailed(`${operation} is about a project, and this call is about none.`);
