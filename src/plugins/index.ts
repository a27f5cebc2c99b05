export { type ApprovalRequest, ApprovalService } from './approvals/approval.service.js';
export { type Trust, trustOf } from './approvals/trust-of.js';
export { TrustService } from './approvals/trust.service.js';
export { digestsOfFolder } from './package/digests-of-folder.js';
export { type PluginPackage, readPackage } from './package/plugin-package.js';
export { PluginsModule } from './plugins.module.js';
