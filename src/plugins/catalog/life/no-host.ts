import { forbidden } from '../../../platform/errors/index.js';
import type { HostCall } from '../../runner/runner-outcome.js';

/** The host of what is called for nobody: a start, a check, a ping. */
export const noHost: HostCall = (op) =>
  Promise.reject(
    forbidden(
      `${op} needs a caller: call it from a hook, an endpoint or a modal, not from a start.`,
    ),
  );
