/** What promptd says of a question because of what is asked for or who asks, by the status of its answer. */
const statuses = new Map([
  ['not-found', 404],
  ['forbidden', 403],
]);

/** @typedef {{ status: number, error: string }} Refusal */

/**
 * What is to be answered to whoever asked.
 *
 * @param {unknown} error
 * @returns {Refusal}
 * @throws what is no such refusal: that is a failure of this plugin
 */
export function refusalOf(error) {
  const status = statuses.get(codeOf(error) ?? '');
  if (status === undefined || !(error instanceof Error)) throw error;
  return { status, error: error.message };
}

/**
 * The code of the problem that promptd refused with.
 *
 * @param {unknown} error
 */
export function codeOf(error) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
