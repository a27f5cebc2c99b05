import { defineProblem } from './problem.js';

export const validationFailed = defineProblem('validation-failed', {
  status: 400,
  title: 'The request is not valid',
});
export const notFound = defineProblem('not-found', {
  status: 404,
  title: 'There is no such thing, or the caller may not see it',
});
export const unauthenticated = defineProblem('unauthenticated', {
  status: 401,
  title: 'The request carries no valid credential',
});
export const forbidden = defineProblem('forbidden', {
  status: 403,
  title: 'The caller may not do this',
});
/** Here and not in access, because every route that needs a permission can answer it. */
export const passwordChangeRequired = defineProblem('password-change-required', {
  status: 403,
  title: 'The password must be changed first',
});
export const unsupportedMediaType = defineProblem('unsupported-media-type', {
  status: 415,
  title: 'The body is not JSON',
});
export const payloadTooLarge = defineProblem('payload-too-large', {
  status: 413,
  title: 'The body is larger than allowed',
});
export const preconditionFailed = defineProblem('precondition-failed', {
  status: 412,
  title: 'The resource changed since it was read',
});
export const invalidCursor = defineProblem('invalid-cursor', {
  status: 400,
  title: 'The cursor was not made by this list',
});
export const overloaded = defineProblem('overloaded', {
  status: 503,
  title: 'The server has no room for this request now',
});
export const databaseUnavailable = defineProblem('database-unavailable', {
  status: 503,
  title: 'The database cannot be reached',
});
export const internal = defineProblem('internal', {
  status: 500,
  title: 'The server failed',
});
