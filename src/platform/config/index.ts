export { type Config, ConfigError, type Environment, loadConfig } from './config.js';
export { settings } from './settings.js';
export { envExample } from './env-example.js';
export { CONFIG, ConfigModule } from './config.module.js';
export type { GroupGrant, GroupGrants } from './oidc-setting.js';
