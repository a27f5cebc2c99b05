import { defineProblem, type Problem } from '../errors/index.js';

export const idempotencyKeyReused = defineProblem('idempotency-key-reused', {
  status: 422,
  title: 'The Idempotency-Key was used with another request',
});
export const idempotencyInProgress = defineProblem('idempotency-in-progress', {
  status: 409,
  title: 'A request with this Idempotency-Key is being answered',
});
export const idempotencyAnswerLost = defineProblem('idempotency-answer-lost', {
  status: 409,
  title: 'A request with this Idempotency-Key took effect, but its answer is not there',
});
export const secretAlreadyShown = defineProblem('secret-already-shown', {
  status: 409,
  title: 'The answer held a secret, which is shown once',
});

/** Most requests are at work for less. */
const RETRY_AFTER_SECONDS = 1;

export const twinAtWork = (cause?: unknown): Problem =>
  idempotencyInProgress(
    'The first request with this key is still at work: send this one again after Retry-After.',
    { headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) }, cause },
  );
