export { FollowedCache } from './followed-cache.js';
