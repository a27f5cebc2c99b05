export type { PublishedKey } from './published-key.js';
export { SigningKeys } from './signing-keys.js';
export { SigningKeysModule } from './signing-keys.module.js';
