export type { SecretPlace } from './secret-place.js';
export { SecretStore } from './secret-store.js';
export { secretDamaged, secretKeyUnknown } from './secrets.errors.js';
export { SecretsModule } from './secrets.module.js';
