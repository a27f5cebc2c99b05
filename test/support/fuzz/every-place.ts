import fc from 'fast-check';
import type { ApiDocument, ApiOperation } from './api-document.js';
import { type FuzzRequest, requestsTo } from './fuzz-request.js';

/** No column takes the one, and the other fits into none that is searched for a name. */
const troubles = ['p%00', 'x'.repeat(300)];

/**
 * Good requests but for one segment of the path or one parameter of the query, in turn each of
 * them: by chance alone, some are never tried.
 */
export function everyPlace(api: ApiDocument, operation: ApiOperation, seed: number): FuzzRequest[] {
  const [sample] = fc.sample(requestsTo(api, operation, undefined), { seed, numRuns: 1 });
  const good: FuzzRequest = { ...sample!, caller: 'admin' };
  const segments = good.path.split('?', 1)[0]!.split('/');
  const paths = operation.path.split('/').flatMap((segment, place) => {
    if (!segment.startsWith('{')) return [];
    return troubles.map((trouble) => segments.with(place, trouble).join('/'));
  });
  const queries = operation.parameters
    .filter((parameter) => parameter.in === 'query')
    .flatMap(({ name }) => troubles.map((trouble) => `${segments.join('/')}?${name}=${trouble}`));
  return [...paths, ...queries].map((path) => ({ ...good, path }));
}
