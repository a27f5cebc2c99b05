export type { SecretPlace } from './secret-place.js';
export { SecretStore } from './secret-store.js';
export { SecretsModule } from './secrets.module.js';
