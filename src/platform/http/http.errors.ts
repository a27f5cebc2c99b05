import { defineProblem } from '../errors/index.js';

export const rateLimited = defineProblem('rate-limited', {
  status: 429,
  title: 'There were too many requests of this kind',
});
export const credentialInQuery = defineProblem('credential-in-query', {
  status: 400,
  title: 'The address of the request holds a credential',
});
export const headersTooLarge = defineProblem('headers-too-large', {
  status: 431,
  title: 'The request line or the headers are larger than allowed',
});
export const requestTimeout = defineProblem('request-timeout', {
  status: 408,
  title: 'The request did not arrive in time',
});
