export { type CacheLimits, LoadingCache } from './loading-cache.js';
