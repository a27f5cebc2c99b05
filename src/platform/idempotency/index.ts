export { documentIdempotency } from './idempotency.openapi.js';
export { IdempotencyModule } from './idempotency.module.js';
