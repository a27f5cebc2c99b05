import type { Database } from '../../server/databases.js';

/** What a raw server answers with: the least that anybody could do for the same answer. */
export type RawPlan =
  | { readonly kind: 'string'; readonly body: string }
  | { readonly kind: 'row' | 'publish'; readonly dialect: Database; readonly url: string };

/** Where each listens for its kind of request. */
export const rawPaths = { string: '/string', row: '/row', publish: '/publish' } as const;
