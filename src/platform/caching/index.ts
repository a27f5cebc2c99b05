export { FollowedCache } from './followed-cache.js';
export type { Held } from './loading-cache.js';
