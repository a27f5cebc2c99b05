import { isUUID } from 'class-validator';
import { notFound } from '../../platform/errors/index.js';

/**
 * What a lookup by an id from outside finds. SECURITY: the answer is the same for an id of another
 * project and for one that nobody has.
 *
 * @param what as the sentence names it, such as `webhook`
 * @throws not-found
 */
export async function foundById<T>(
  id: string,
  what: string,
  find: () => Promise<T | undefined>,
): Promise<T> {
  const found = isUUID(id) ? await find() : undefined;
  if (found === undefined) throw notFound(`There is no ${what} of this id here.`);
  return found;
}
